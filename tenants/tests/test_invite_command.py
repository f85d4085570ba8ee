import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tenants import services
from tenants.domain.accounts import InvitationState
from tenants.tests.conftest import TERESA
from tenants.tests.office import Office, address


def run(office: Office, *arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("invite", *arguments, "--school", office.school, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def waiting() -> int:
    return services.invitation_progress()["waiting"]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "people.csv"
    rows = [f"teresa;{address()};Maestra", f"nadie;{address()};docente", "gloria;x;tutora"]
    file.write_text("\n".join(["Clave;Correo electrónico;Rol", *rows]), "cp1252")
    return file


def test_one_person_is_invited(office: Office) -> None:
    email = address()
    one = ("--email", email, "--person", TERESA, "--group", "teacher", "--group", "school_admin")

    assert "Dry run" in run(office, *one, "--dry-run")[0]
    assert waiting() == 0
    assert run(office, *one)[0] == "teresa is invited; a worker sends the mail\n"

    (made,) = services.invitations(None, limit=9, start=None)[0]
    assert (made.email, made.asked_by) == (email, None)
    assert office.run(made) == [InvitationState.SENT]
    with pytest.raises(CommandError, match="has a login or an invitation already"):
        run(office, *one)


def test_a_table_with_bad_rows_invites_nobody(office: Office, table: Path) -> None:
    err = io.StringIO()
    with pytest.raises(CommandError, match="2 faults; nothing was stored"):
        call_command("invite", str(table), "--school", office.school, stderr=err)

    first, second = err.getvalue().splitlines()
    assert first == "line 3, Clave: No hay docente con este id. / There is no teacher with this id."
    assert second.startswith("line 4, Correo electrónico: Esto no es una dirección de correo. / ")
    assert waiting() == 0


def test_a_table_in_part(office: Office, table: Path) -> None:
    dry = run(office, str(table), "--partial", "--dry-run")
    assert waiting() == 0
    done = run(office, str(table), "--partial")
    again = run(office, str(table), "--partial")

    assert "Would have been done: 1 of 3 are invited, 0 were so already" in dry[0]
    assert done[0] == "1 of 3 are invited, 0 were so already\n"
    assert again[0] == "0 of 3 are invited, 1 were so already\n"
    assert waiting() == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--email", "a@b.mx"),
        ("--email", "a@b.mx", "--person", "teresa"),
        ("there-is-no-such-file.csv",),
        ("--email", "a@b.mx", "--person", "nobody", "--group", "teacher", "--dry-run"),
    ],
)
def test_what_cannot_be_is_one_clear_refusal(office: Office, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(office, *arguments)
    assert waiting() == 0


def test_a_table_comes_from_standard_input_too(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Piped:
        buffer: Any = io.BytesIO(f"person,email,groups\nteresa,{address()},teacher\n".encode())

    monkeypatch.setattr("sys.stdin", Piped)

    assert run(office, "-")[0] == "1 of 1 are invited, 0 were so already\n"
