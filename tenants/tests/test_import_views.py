"""Imports over HTTP and from the command line."""

import io
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from luca.kernel.ids import StudentId
from tenants import services
from tenants.domain import School
from tenants.tests.calling import Caller
from tenants.tests.conftest import ADA, FIRST_A, Cast

GOOD = "Matrícula,Nombre,Apellidos,Grupo\ns-1,José Ángel,Núñez Peña,1a\ns-2,Zoë,O'Farrill,\n"
BAD = GOOD + "s-3,Ana,Ruiz,9z\ns-4,,Ruiz,\n"
pytestmark = pytest.mark.usefixtures("ask")


@pytest.fixture
def boss(north: Cast) -> Caller:
    return Caller(north.school, "boss", "school_admin")


def send(who: Caller, path: str, text: str = GOOD, **headers: str) -> Any:
    return who.send_csv(path, text.encode(), **headers)


def test_a_table_is_imported_and_sent_again_without_harm(boss: Caller) -> None:
    first = send(boss, "/imports/students", Idempotency_Key="k")
    assert first.json() == {
        "kind": "students",
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "refused": 0,
        "written": True,
        "faults": [],
    }
    assert send(boss, "/imports/students", Idempotency_Key="k").content == first.content
    assert send(boss, "/imports/students").json()["unchanged"] == 2


def test_faults_come_in_the_readers_language_and_nothing_is_stored(boss: Caller) -> None:
    spanish = send(boss, "/imports/students", BAD, Accept_Language="es-mx")
    english = send(boss, "/imports/students", BAD, Accept_Language="en")

    assert (spanish.status_code, spanish.json()["code"]) == (422, "bad_rows")
    assert spanish.json()["errors"] == [
        {"field": "line 4.Grupo", "message": "No existe este grupo."},
        {"field": "line 5.Nombre", "message": "Falta el dato."},
    ]
    assert english.json()["errors"][0]["message"] == "There is no such group."
    assert services.students([StudentId("s-1")]) == {}


def test_a_dry_run_tells_and_a_partial_import_takes_the_good(boss: Caller) -> None:
    dry = send(boss, "/imports/students?dry_run=true", BAD, Accept_Language="en").json()
    assert (dry["new"], dry["refused"], dry["written"]) == (2, 2, False)
    assert dry["faults"][1] == {"line": 5, "column": "Nombre", "message": "Is required."}
    assert services.students([StudentId("s-1")]) == {}

    partial = send(boss, "/imports/students?partial=true", BAD).json()
    assert (partial["new"], partial["refused"], partial["written"]) == (2, 2, True)
    assert len(services.students([StudentId("s-1"), StudentId("s-2"), StudentId("s-3")])) == 2


def test_what_somebody_waits_for_has_five_hundred_rows(boss: Caller) -> None:
    text = "clave,nombre\n" + "".join(f"g-{n},Grupo {n}\n" for n in range(501))

    refused = send(boss, "/imports/groups?partial=true", text, Accept_Language="en")

    assert [one["field"] for one in refused.json()["errors"]] == ["line 502"]
    assert len(services.groups()) == 2
    assert send(boss, "/imports/groups", text.rpartition("g-500")[0]).json()["new"] == 500


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/imports/cars", 404),
        ("/imports/students?dry_run=maybe", 422),
        ("/imports/students?partial=1", 422),
    ],
)
def test_what_is_asked_wrongly_is_refused(boss: Caller, path: str, status: int) -> None:
    assert send(boss, path).status_code == status


def test_an_import_is_a_table_and_the_offices(boss: Caller) -> None:
    assert boss.send("POST", "/imports/students", {"rows": []}).status_code == 415
    assert boss.send_csv("/imports/students", b"x" * 1_048_577).status_code == 413
    for group in ("teacher", "student", "guardian", "platform_admin"):
        assert send(Caller(boss.school, "x", group), "/imports/students").status_code == 403


def test_the_role_of_the_api_suffices(
    boss: Caller, acting_as: Callable[[str], AbstractContextManager[None]]
) -> None:
    with acting_as("api"):
        assert send(boss, "/imports/students").json()["new"] == 2


def run(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_people", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "alumnos.csv"


def test_the_command_speaks_the_language_of_the_school(north: Cast, file: Path) -> None:
    file.write_bytes(BAD.encode("cp1252"))
    asked = (str(file), "--school", north.school, "--kind", "students")

    dry, faults = run(*asked, "--dry-run", "--partial")
    assert dry == (
        "Prueba, no se guardó nada: 2 nuevos, 0 cambiados, 0 sin cambio, 2 filas con errores\n"
    )
    assert faults.splitlines() == [
        "línea 4, Grupo: No existe este grupo.",
        "línea 5, Nombre: Falta el dato.",
    ]
    with pytest.raises(CommandError, match="2 filas con errores"):
        run(*asked, "--dry-run")
    with pytest.raises(CommandError, match="No se guardó nada"):
        run(*asked)
    assert services.students([StudentId("s-1")]) == {}
    done, faults = run(*asked, "--partial", "--language", "en")
    assert done == "2 new, 0 changed, 0 unchanged, 2 rows with faults\n"
    assert faults.startswith("line 4, Grupo: There is no such group.")
    assert services.members(FIRST_A) == [ADA, "blas", "s-1"]


def test_the_command_follows_a_school_that_reads_english(north: Cast, file: Path) -> None:
    services.save_school_profile(School(north.school, "Colegio Norte", language="en"))
    file.write_text(GOOD, "utf-8")

    assert run(str(file), "--school", north.school, "--kind", "students")[0].startswith("2 new")


def test_the_command_reads_standard_input(north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    given = io.TextIOWrapper(io.BytesIO(GOOD.encode()))
    monkeypatch.setattr(sys, "stdin", given)

    assert "2 nuevos" in run("-", "--school", north.school, "--kind", "students")[0]


def test_a_file_or_a_school_that_does_not_exist_is_one_clear_line(north: Cast, file: Path) -> None:
    with pytest.raises(CommandError, match=r"alumnos\.csv: No such file"):
        run(str(file), "--school", north.school, "--kind", "students")
    file.write_text(GOOD, "utf-8")
    with pytest.raises(CommandError, match="There is no such school"):
        run(str(file), "--school", "nowhere", "--kind", "students")


def test_the_example_of_the_docs_is_imported(north: Cast, file: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "tenants.md").read_text("utf-8")
    file.write_text(text.partition("```csv\n")[2].partition("```")[0], "utf-8")

    assert run(str(file), "--school", north.school, "--kind", "students")[0].startswith("3 nuevos")
    assert services.student(StudentId("2026-001")).family_name == "Núñez de la Peña"
