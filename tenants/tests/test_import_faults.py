"""Everything that is wrong with a table of a school is said at once."""

import pytest

from tenants.services.imports import Kind, import_table

pytestmark = pytest.mark.usefixtures("north")


def test_a_row_with_several_faults_names_them_all() -> None:
    text = "id;nombre;curp;correo\nx-1;;MALA;casa\nx-2;Eva;MALA;\n"

    report = import_table(Kind.STUDENTS, text.encode(), dry_run=True)

    named = sorted((one.line, one.column) for one in report.faults)
    assert named == [(2, "correo"), (2, "curp"), (2, "nombre"), (3, "curp")]
    assert report.refused == 2
