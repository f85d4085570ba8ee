import io
import secrets
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from luca.aws import identity
from luca.kernel import context
from luca.kernel.errors import NotFound
from luca.kernel.ids import PeriodId
from tenants import services
from tenants.tests.conftest import AUTUMN, Cast

PASSWORD = "Correcto-2026-x"
pytestmark = pytest.mark.usefixtures("aws")


def run(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def new() -> str:
    return f"new-{secrets.token_hex(4)}"


def test_a_school_is_created_and_listed(new: str) -> None:
    out, err = run("create_school", new, "--name", "Colegio Nuevo", "--cct", "01DES0008H")

    assert f"school {new} (Colegio Nuevo, America/Mexico_City)" in out
    assert err == ""
    assert f"{new}\tAmerica/Mexico_City\tColegio Nuevo\n" in run("list_schools")[0]


def test_a_dry_run_checks_and_stores_nothing(new: str) -> None:
    out, err = run("create_school", new, "--name", "N", "--cct", "01DES0008J", "--dry-run")

    assert "Dry run" in out
    assert "usually H" in err
    assert f"{new}\t" not in run("list_schools")[0]


def test_a_period_is_created_and_renamed(north: Cast) -> None:
    dates = ("--starts", "2027-01-11", "--ends", "2027-07-02")
    told, _ = run("create_period", "2027-1", "--school", north.school, "--name", "Spring", *dates)
    run("create_period", "2027-1", "--school", north.school, "--name", "Primavera", *dates)
    run("create_period", "x", "--school", north.school, "--name", "X", *dates, "--dry-run")

    assert "2027-1 from 2027-01-11 to 2027-07-02, which is open" in told
    assert [period.name for period in services.periods()] == ["Autumn", "Primavera"]


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))


@pytest.mark.usefixtures("piped")
def test_a_new_teacher_can_sign_in(north: Cast) -> None:
    email = f"nadia-{secrets.token_hex(4)}@norte.example"
    person = ("--school", north.school, "--person", "nadia", "--group", "teacher")
    told, _ = run(
        "create_user", email, *person, "--given-name", "Nadia", "--family-name", "Ríos",
        "--password-stdin",
    )  # fmt: skip

    assert f"{email} signs in as nadia (teacher)" in told
    assert isinstance(identity.sign_in(email, PASSWORD), identity.Tokens)
    assert services.people_by_email(email) == [("TEACHER", "nadia")]


def test_a_password_is_asked_for_twice(north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    email = f"boss-{secrets.token_hex(4)}@norte.example"
    person = ("--school", north.school, "--person", "boss", "--group", "school_admin")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    typed = iter([PASSWORD, "other", PASSWORD, PASSWORD])
    monkeypatch.setattr("tenants.management.commands.create_user.getpass", lambda _: next(typed))

    with pytest.raises(CommandError, match="differ"):
        run("create_user", email, *person)
    run("create_user", email, *person)

    assert isinstance(identity.sign_in(email, PASSWORD), identity.Tokens)


def faulty(school: str) -> list[tuple[tuple[str, ...], str]]:
    period = ("create_period", "p", "--school", school, "--name", "P", "--starts", "2027-01-01")
    user = ("create_user", "n@x.mx", "--school", school, "--person", "nobody")
    return [
        (("create_school", "Bad Id", "--name", "N"), "A school's id is"),
        (("create_school", "s", "--name", " "), "name: A school needs a name"),
        (("create_school", "s", "--name", "N", "--cct", "x"), "cct: A CCT is like"),
        (("create_school", "s", "--name", "N", "--time-zone", "Mars"), "time_zone: 'Mars'"),
        (("create_school", school, "--name", "Impostor"), "There is another school"),
        ((*period, "--ends", "2026-01-01"), "ends: A period cannot end before"),
        ((*period, "--ends", "soon"), "ends: 'soon' is not a date, such as 2026-08-24"),
        (("create_period", "p", "--school", "nowhere", *period[4:], "--ends", "2027-02-01"),
         "There is no such school"),
        ((*user, "--group", "teacher", "--dry-run"), "person: There is no teacher"),
        ((*user, "--group", "root", "--dry-run"), "groups: One or more of"),
        ((*user, "--group", "school_admin"), "use --password-stdin"),
    ]  # fmt: skip


@pytest.mark.parametrize("n", range(11))
def test_a_fault_is_one_clear_line_and_stores_nothing(
    north: Cast, monkeypatch: pytest.MonkeyPatch, n: int
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    arguments, word = faulty(north.school)[n]

    with pytest.raises(CommandError) as refusal:
        run(*arguments)

    assert word in str(refusal.value)
    assert [period.id for period in services.periods()] == [AUTUMN]
    assert identity.find("n@x.mx") is None


def test_without_an_aws_the_command_says_so(settings: Any) -> None:
    settings.TENANT_ROLE_ARN = ""

    with pytest.raises(CommandError, match="LUCA_HOME"):
        run("list_schools")


@pytest.mark.usefixtures("north")
def test_a_dry_run_of_a_user_stores_nothing() -> None:
    email = f"dry-{secrets.token_hex(4)}@norte.example"
    run(
        "create_user", email, "--school", context.school(), "--person", "teresa",
        "--group", "teacher", "--dry-run",
    )  # fmt: skip

    assert identity.find(email) is None
    assert services.people_by_email(email) == []
    with pytest.raises(NotFound):
        services.period(PeriodId("x"))
