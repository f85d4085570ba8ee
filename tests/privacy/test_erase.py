"""A person is erased: from everywhere, but for what a school must be able to certify."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from behavior.domain import Letter
from behavior.repository import refused
from behavior.rules.letters import apart
from grades import services as grades
from luca.aws import audit, identity, storage, store
from luca.aws.audit import AuditItem
from luca.kernel import clock, context
from luca.kernel.errors import LucaError, NotFound
from luca.kernel.ids import PersonId, StudentId
from luca.privacy import models
from tenants import services as tenants
from tenants.domain import Course, Role, Student
from tenants.domain.accounts import NewInvitation
from tests.privacy.cast import (
    BLAS,
    FAMILY,
    GLORIA,
    GROUP,
    GUARDIAN_MAIL,
    GUARDIAN_NAME,
    MARKS,
    MATHS,
    NAME,
    NANDU,
    NOW,
    PASSWORD,
    PAST,
    REASON,
    TERESA,
    files_text,
    login_of,
    observe,
    table_text,
)
from tests.privacy.test_export import exported

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded
    from tenants.tests.desk import Office


def erased(person: str, school: str, out: Path, **options: Any) -> dict[str, Any]:
    call_command(
        "erase_person", person, school=school, reason=REASON, out=out, stdout=StringIO(), **options
    )
    certificate: dict[str, Any] = json.loads(out.read_text())
    return certificate


def test_not_one_marked_word_is_left_in_the_table_or_in_a_file(
    north: str, aws: "Embedded", tmp_path: Path
) -> None:
    storage.write("consolidation/old.json", json.dumps({"who": login_of(north)}).encode())
    storage.write("consolidation/ids.json", json.dumps({"after": NANDU}).encode())
    before = table_text(aws, north)
    assert [mark for mark in MARKS if mark not in before] == [], "or the search proves nothing"

    erased(NANDU, north, tmp_path / "c.json")

    # What Gloria holds of her own stays, and so does her address at the same host.
    after = table_text(aws, north).replace(GUARDIAN_MAIL, "")
    assert [mark for mark in MARKS if mark in after] == []
    files = files_text(aws, north)
    assert [mark for mark in MARKS if mark in files] == []
    assert NANDU in files, "a checkpoint with an id alone stays"


def test_what_was_refused_of_the_person_goes_and_of_others_stays(
    north: str, aws: "Embedded", tmp_path: Path
) -> None:
    letters = [
        Letter(
            f"a letter about {one}",
            "invalid",
            "time: is missing",
            north,
            "2026-11-21T08:00:00.000Z",
        )
        for one in (NANDU, BLAS)
    ]
    rows = [
        replace(apart(letter)[0], student=one, refused_at=clock.stamp(clock.now()))
        for letter, one in zip(letters, (NANDU, BLAS), strict=True)
    ]
    refused.keep_refused(rows)
    assert table_text(aws, north).count("a letter about") == 2
    erased(NANDU, north, tmp_path / "c.json")
    after = table_text(aws, north)
    assert f"a letter about {NANDU}" not in after
    assert f"a letter about {BLAS}" in after


def test_what_a_table_said_of_the_person_goes_and_of_others_stays(
    north: str, aws: "Embedded", tmp_path: Path
) -> None:
    course, group = Course(MATHS, NOW), GROUP
    table = f"matrícula,nombre,exam\n{NANDU},{FAMILY} {NAME},71\n{BLAS},,72\n{NAME},,73\n"
    made = grades.read_gradebook(course, group, table.encode())
    assert [(one.student, one.kind) for one in made.cells] == [
        (NANDU, "corrected"),
        (BLAS, "corrected"),
        (None, "refused"),
    ]
    assert "grade_import_row" in exported_kinds(NANDU, north, tmp_path / "before")

    erased(NANDU, north, tmp_path / "c.json")

    left = grades.gradebook_import(course, group, made.id)
    assert [(one.student, one.kind) for one in left.cells] == [
        (BLAS, "corrected"),
        (None, "refused"),
    ]
    assert [
        mark for mark in MARKS if mark in table_text(aws, north).replace(GUARDIAN_MAIL, "")
    ] == []


def exported_kinds(person: str, school: str, out: Path) -> set[str]:
    return {one["kind"] for one in exported(person, school, out)["evaluations"]}


def test_the_log_tells_when_it_began_and_when_it_was_done_and_why(
    north: str, tmp_path: Path
) -> None:
    storage.write("jobs/0/boletas.pdf", b"%PDF with everybody's names")
    erased(NANDU, north, tmp_path / "c.json")
    with context.entered(school=north):
        entries = list(store.every(AuditItem, audit.day(clock.now().date())))
        assert storage.names("jobs/") == []
    told = [(one.action, one.reason) for one in entries if one.about == f"person:{NANDU}"]
    assert ("person.erasure_begun", REASON) in told
    assert ("person.erased", REASON) in told


def test_the_grades_of_a_closed_period_stay_under_the_id(north: str, tmp_path: Path) -> None:
    certificate = erased(NANDU, north, tmp_path / "c.json")

    left = exported(NANDU, north, tmp_path / "left")
    assert set(left) == {"manifest", "enrolments", "grades", "audit", "erasures"}
    assert {row.get("period", PAST) for row in left["grades"]} == {PAST}
    (grade,) = [row for row in left["grades"] if row["kind"] == "grade"]
    assert str(grade["consolidated_score"]).startswith("95")
    assert certificate["kept"]["grades"]["kept"] == len(left["grades"])
    assert [one.student for one in tenants.roster(MATHS, PAST)] == [NANDU, BLAS]
    assert [one.student for one in tenants.roster(MATHS, NOW)] == [BLAS]


def test_nobody_signs_in_or_finds_the_person_any_more(north: str, tmp_path: Path) -> None:
    assert identity.sign_in(login_of(north), PASSWORD)

    erased(NANDU, north, tmp_path / "c.json")

    with pytest.raises(LucaError):
        identity.sign_in(login_of(north), PASSWORD)
    assert identity.find(login_of(north)) is None
    with pytest.raises(NotFound):
        tenants.student(StudentId(NANDU))
    assert tenants.people_by_email("contacto@marcado.example") == []
    assert tenants.people_by_name(Role.STUDENT)[0][0].id == BLAS
    assert tenants.children_of(GLORIA) == []  # type: ignore[arg-type]


def test_others_are_left_as_they_are(north: str, tmp_path: Path) -> None:
    before = exported(BLAS, north, tmp_path / "before")
    teacher = exported(TERESA, north, tmp_path / "teacher")

    erased(NANDU, north, tmp_path / "c.json")

    after = exported(BLAS, north, tmp_path / "after")
    for found in (before, after):
        del found["manifest"]
        found.pop("audit", None)
    assert after == before
    again = exported(TERESA, north, tmp_path / "again")
    assert (again["profile"], again["links"]) == (teacher["profile"], teacher["links"])


def test_a_guardian_and_a_teacher_can_be_erased(
    north: str, aws: "Embedded", tmp_path: Path
) -> None:
    erased(GLORIA, north, tmp_path / "g.json")
    erased(TERESA, north, tmp_path / "t.json")

    text = table_text(aws, north)
    assert GUARDIAN_NAME not in text
    assert GUARDIAN_MAIL not in text
    assert "Teresa" not in text
    assert not tenants.taught_in("1a")  # type: ignore[arg-type]
    assert tenants.student(StudentId(NANDU)).given_name == "Ñandú"


def test_a_dry_run_counts_and_changes_nothing(north: str, aws: "Embedded", tmp_path: Path) -> None:
    before, said = table_text(aws, north), StringIO()
    call_command(
        "erase_person",
        NANDU,
        school=north,
        reason=REASON,
        out=tmp_path / "c.json",
        dry_run=True,
        stdout=said,
    )

    assert "Dry run, nothing was stored" in said.getvalue()
    assert "grades" in said.getvalue()
    assert table_text(aws, north) == before
    assert list(tmp_path.iterdir()) == []


def test_the_certificate_proves_itself_and_names_nobody(north: str, tmp_path: Path) -> None:
    certificate = erased(NANDU, north, tmp_path / "c.json")

    stated = certificate.pop("sha256")
    text = json.dumps(certificate, sort_keys=True, ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == stated
    assert [mark for mark in MARKS if mark in text] == []
    assert (certificate["person"], certificate["by"], certificate["reason"]) == (
        NANDU,
        "operator",
        REASON,
    )
    assert certificate["found"]["profile"] == {"removed": 1}
    assert certificate["found"]["login"] == {"removed": 1}
    audit = exported(NANDU, north, tmp_path / "left")["audit"]
    (act,) = [row for row in audit if row["action"] == "person.erased"]
    assert act["details"] == {"certificate": certificate["certificate"]}


def test_the_lake_is_told_what_it_has_to_remove(north: str, tmp_path: Path) -> None:
    certificate = erased(NANDU, north, tmp_path / "c.json")

    rows = exported(NANDU, north, tmp_path / "left")["erasures"]
    (order,) = [row for row in rows if row["kind"] == "lake_erasure"]
    assert (order["person"], order["certificate"]) == (NANDU, certificate["certificate"])
    assert "compacted_at" not in order
    assert order["keeps"] == [PAST]
    assert order["until"] <= clock.stamp(clock.now())


def test_repeating_it_hands_the_same_certificate_out_again(north: str, tmp_path: Path) -> None:
    first = erased(NANDU, north, tmp_path / "1.json")
    assert erased(NANDU, north, tmp_path / "2.json") == first


def test_what_arrives_afterwards_is_erased_by_another_run(
    north: str, aws: "Embedded", tmp_path: Path
) -> None:
    first = erased(NANDU, north, tmp_path / "1.json")
    tenants.add_students([tenants_student()])
    observe(north)

    second = erased(NANDU, north, tmp_path / "2.json")

    assert second["certificate"] != first["certificate"]
    assert second["found"]["events"] == {"removed": 1}
    assert "Ñandú" not in table_text(aws, north)
    kept = {one.sk.partition("#")[2] for one in models.certificates()}
    assert kept == {first["certificate"], second["certificate"]}


def tenants_student() -> Student:
    return Student(StudentId(NANDU), "Ñandú", "Zyxxwv")


@pytest.mark.parametrize(
    "reason", ["", " ", "ñandu lo pidió", "x" * 501, "para QUZN100203HDFTXNA1"]
)
def test_a_reason_must_be_given_and_must_name_nobody(
    north: str, aws: "Embedded", tmp_path: Path, reason: str
) -> None:
    before = table_text(aws, north)
    with pytest.raises(CommandError, match="reason"):
        call_command(
            "erase_person",
            NANDU,
            school=north,
            reason=reason,
            out=tmp_path / "c",
            stdout=StringIO(),
        )
    assert table_text(aws, north) == before


def test_nobody_is_erased_who_was_never_there(north: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such person") as absent:
        erased("nobody", north, tmp_path / "c.json")
    assert absent.value.returncode == 1
    assert not (tmp_path / "c.json").exists()


def test_staff_without_a_record_can_be_shown_and_erased(
    north: str, aws: "Embedded", office_of: Callable[..., "Office"], tmp_path: Path
) -> None:
    for person in ("boss", "other"):
        mail = f"{person}.{north}@oficina.example"
        tenants.create_login(person, mail, PASSWORD, ["school_admin"])
    browser = office_of(north, "school_admin", person="boss", name="Jefa Zyxxwv")
    assert browser.get("/admin/").status_code == 200
    admins = exported("boss", north, tmp_path / "before")["account"]
    assert {row["kind"] for row in admins} == {"account", "admins", "session"}
    assert next(row for row in admins if row["kind"] == "admins")["people"] == ["boss"]

    certificate = erased("boss", north, tmp_path / "c.json")

    assert certificate["found"]["account"] == {"removed": 2, "pseudonymised": 1}
    assert browser.get("/admin/").status_code == 302
    text = table_text(aws, north)
    assert f"boss.{north}" not in text
    assert identity.find(f"boss.{north}@oficina.example") is None
    assert exported("other", north, tmp_path / "other")["login"]
    assert erased("boss", north, tmp_path / "again.json") == certificate


def test_an_invitation_goes_with_the_person_once_the_worker_is_done_with_it(
    north: str, aws: "Embedded", acting_as: Callable[[str], Any], tmp_path: Path
) -> None:
    invited = f"invitada.{north}@oficina.example"
    admin = {"actor": "boss", "groups": frozenset({"school_admin"})}
    with acting_as("api"), context.entered(school=north, **admin):  # type: ignore[arg-type]
        wanted = NewInvitation(PersonId(TERESA), invited, frozenset({"teacher"}))
        made = tenants.invite(wanted)
    with pytest.raises(CommandError, match="is under way") as refused:
        erased(TERESA, north, tmp_path / "c.json")
    assert refused.value.returncode == 3
    with acting_as("worker"), context.entered(school=north):
        tenants.run_invitation(made.id)
    shown = exported(TERESA, north, tmp_path / "before")
    assert "invitation" in {row["kind"] for row in shown["account"]}
    assert shown["login"][0]["attributes"]["email"] == invited

    erased(TERESA, north, tmp_path / "c.json")

    assert invited not in table_text(aws, north)
    assert identity.find(invited) is None
