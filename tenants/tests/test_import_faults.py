"""Everything that is wrong with a table of a school is said at once."""

import pytest

from luca.kernel.errors import Conflict
from luca.kernel.ids import StudentId
from tenants import services
from tenants.domain import Student
from tenants.services.imports import Kind, import_table
from tenants.tests.test_imports import CURP, Second

pytestmark = pytest.mark.usefixtures("north")


def test_a_row_with_several_faults_names_them_all() -> None:
    text = "id;nombre;curp;correo\nx-1;;MALA;casa\nx-2;Eva;MALA;\n"

    report = import_table(Kind.STUDENTS, text.encode(), dry_run=True)

    named = sorted((one.line, one.column) for one in report.faults)
    assert named == [(2, "correo"), (2, "curp"), (2, "nombre"), (3, "curp")]
    assert report.refused == 2


def test_an_import_that_is_overtaken_half_way_does_not_say_that_nothing_was_stored() -> None:
    many = "matrícula,nombre,curp\n" + "".join(f"m-{n},Ana,\n" for n in range(60))

    def overtake(_: int) -> None:
        services.add_students([Student(StudentId("zoe"), "Zoé", curp=CURP)])

    with pytest.raises(Conflict) as refusal:
        import_table(Kind.STUDENTS, f"{many}m-60,Eva,{CURP}\n".encode(), tick=Second(overtake))

    assert refusal.value.code == "changed_meanwhile"
    assert services.students(StudentId(f"m-{n}") for n in range(60))
    again = import_table(Kind.STUDENTS, f"{many}m-60,Eva,{CURP}\n".encode())
    assert [one.column for one in again.faults] == ["curp"]
