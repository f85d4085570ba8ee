"""All that is held about a person, in files."""

import hashlib
import json
import stat
import zipfile
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from grades import services as grades
from grades.domain import CurveWish
from luca.kernel import context
from luca.kernel.ids import SchoolId, StudentId
from tenants import services as tenants
from tenants.domain import Course, School, Student
from tests.privacy.cast import (
    CURP,
    EXAM,
    GLORIA,
    GUARDIAN_MAIL,
    MATHS,
    NAME,
    NANDU,
    NOW,
    TERESA,
    login_of,
)


def exported(person: str, school: str, out: Path) -> dict[str, Any]:
    call_command("export_person", person, school=school, out=out, stdout=StringIO())
    return {file.stem: json.loads(file.read_text()) for file in out.glob("*.json")}


def test_everything_about_a_student_is_exported(north: str, tmp_path: Path) -> None:
    found = exported(NANDU, north, tmp_path / "out")

    (profile,) = found["profile"]
    assert (profile["given_name"], profile["curp"]) == (NAME, CURP)
    kinds = {
        row["kind"]
        for name, rows in found.items()
        if name != "manifest"
        for row in rows
        if "kind" in row
    }
    assert kinds == {
        *("student", "word", "lookup", "contact", "child", "member", "enrolled"),
        *("course_of_student", "enrolment_change", "account", "evaluation", "grade"),
        *("grade_version", "event", "audit"),
    }
    assert len([row for row in found["grades"] if row["kind"] == "grade"]) == 2
    assert found["evaluations"][0]["history"] or found["evaluations"][1]["history"]
    assert found["events"][0]["metadata"] == {"quien": NAME}
    (login,) = found["login"]
    assert login["attributes"]["email"] == login_of(north)
    assert login["groups"] == ["student"]
    assert {row["action"] for row in found["audit"]} >= {"login.created"}


def test_a_curve_gives_no_classmate_away(north: str, tmp_path: Path) -> None:
    with context.entered(school=north):
        wish = CurveWish("mean", Decimal(80))
        course = Course(MATHS, NOW)
        seen = grades.assessment(course, EXAM).version
        grades.apply_curve(course, EXAM, wish, reason="Muy difícil", version=seen)
        grades.consolidate()
    found = exported(NANDU, north, tmp_path / "out")
    curves = [
        one["curve"]
        for row in found["grades"]
        for one in row.get("trace", {}).get("inputs", [])
        if "curve" in one
    ]
    assert curves == [{"version": 1}]
    assert "squares" not in json.dumps(found)


def test_the_manifest_lists_every_file_with_its_hash(north: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    manifest = exported(NANDU, north, out)["manifest"]

    listed = {one["name"]: one["sha256"] for one in manifest["files"]}
    there = {one.name for one in out.iterdir()} - {"manifest.json", "README.md"}
    assert set(listed) == there
    for name, digest in listed.items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    assert "Datos personales" in (out / "README.md").read_text()


def test_guardians_and_teachers_are_people_too(north: str, tmp_path: Path) -> None:
    guardian = exported(GLORIA, north, tmp_path / "guardian")
    assert guardian["profile"][0]["email"] == GUARDIAN_MAIL
    assert {row["kind"] for row in guardian["links"]} == {"child", "contact"}

    teacher = exported(TERESA, north, tmp_path / "teacher")
    assert {row["kind"] for row in teacher["links"]} == {"taught", "teaches"}
    assert CURP not in json.dumps(teacher), "nothing of the students is in a teacher's export"


def test_a_zip_holds_the_same_and_only_its_owner_reads_it(north: str, tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    call_command("export_person", NANDU, school=north, out=out, stdout=StringIO())

    with zipfile.ZipFile(out) as packed:
        assert {"manifest.json", "profile.json", "README.md"} <= set(packed.namelist())
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    folder = tmp_path / "folder"
    exported(NANDU, north, folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()} == {0o600}


def test_nothing_is_overwritten_and_nobody_is_made_up(north: str, tmp_path: Path) -> None:
    there = tmp_path / "there.zip"
    there.write_text("mine")
    with pytest.raises(CommandError, match="there already") as taken:
        call_command("export_person", NANDU, school=north, out=there, stdout=StringIO())
    assert (taken.value.returncode, there.read_text()) == (3, "mine")

    for person, school in [("nobody", north), (NANDU, "no-such-school"), ("a#b", north)]:
        with pytest.raises(CommandError) as absent:
            call_command(
                "export_person", person, school=school, out=tmp_path / "x", stdout=StringIO()
            )
        assert absent.value.returncode == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == ["there.zip"]


def test_an_export_is_itself_recorded(north: str, tmp_path: Path) -> None:
    exported(NANDU, north, tmp_path / "first")
    again = exported(NANDU, north, tmp_path / "second")

    acts = [row for row in again["audit"] if row["action"] == "person.exported"]
    assert [(row["about"], row["actor"]) for row in acts] == [(f"person:{NANDU}", "operator")]


def test_another_school_s_person_of_the_same_id_is_not_in_it(north: str, tmp_path: Path) -> None:
    with context.entered(school="elsewhere-0"):
        tenants.create_school(School(SchoolId("elsewhere-0"), "Otra"))
        tenants.add_students([Student(StudentId(NANDU), "Otranombre", "Ajena")])

    text = json.dumps(exported(NANDU, north, tmp_path / "out"), ensure_ascii=False)
    assert "Otranombre" not in text
