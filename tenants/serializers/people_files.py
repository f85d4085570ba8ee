"""Lists of people as files of a spreadsheet, in which no cell is a formula."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from luca.kernel import sheets
from tenants.domain import Person, Student

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OPTIONS: dict[str, Any] = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def fields(students: bool) -> list[str]:  # noqa: FBT001 -- the only question
    """What stands in a file, in the order of the tables that can be imported."""
    curp = ["curp"] if students else []
    return ["id", "given_name", "family_name", *curp, "email", "external_id", "left_on"]


def rows(people: Iterable[Person]) -> list[list[str]]:
    return [_row(one) for one in people]


def _row(one: Person) -> list[str]:
    names = fields(isinstance(one, Student))
    return [str(getattr(one, name) or "") for name in names]


def csv(heads: Sequence[str], body: Sequence[Sequence[str]]) -> bytes:
    return (sheets.BOM + sheets.lines([heads, *body])).encode()


def xlsx(heads: Sequence[str], body: Sequence[Sequence[str]]) -> bytes:
    """Every cell is text: an id of digits keeps its zeros, and a formula is none."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as file:
        sheet = file.add_worksheet()
        bold = file.add_format({"bold": True})
        for number, head in enumerate(heads):
            sheet.write_string(0, number, head, bold)
        for line, row in enumerate(body, start=1):
            for number, cell in enumerate(row):
                sheet.write_string(line, number, sheets.inert(cell))
        sheet.freeze_panes(1, 0)
    return content.getvalue()
