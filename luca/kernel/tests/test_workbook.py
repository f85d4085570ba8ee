"""Workbooks of Excel, the sound and the odd."""

import io
import zipfile

import pytest

from luca.kernel import workbook
from luca.kernel.tests.books import MAIN, book


@pytest.mark.parametrize("strings", [True, False])
def test_a_sheet_is_read_as_excel_would_save_it(*, strings: bool) -> None:
    rows: list[list[object]] = [
        ["Matrícula", "Nombre"],
        [1001, "José Ñ"],
        [1002.0, "a,b"],
        ["007", ""],
    ]
    text, faults = workbook.as_csv(book(rows, strings=strings))
    assert faults == []
    assert text.decode().splitlines() == ["Matrícula,Nombre", "1001,José Ñ", '1002,"a,b"', "007,"]


def test_a_formula_is_named_and_not_believed() -> None:
    text, faults = workbook.as_csv(book([["id", "name"], ["a", '=HYPERLINK("http://x")']]))
    assert [(one.line, one.column, one.cause) for one in faults] == [(2, "#2", workbook.FORMULA)]
    assert b"HYPERLINK" not in text


BOMB = f'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
FAR = f'<worksheet xmlns="{MAIN}"><sheetData><c r="A9999999"><v>1</v></c></sheetData></worksheet>'
HUGE = " " * (workbook.ROOM + 1)
SPELLED = BOMB.encode("utf-16")  # in which the bytes of a document type are others
WRONG = f'<worksheet xmlns="{MAIN}"><sheetData><c r="A1" t="s"><v>7</v></c></sheetData></worksheet>'


@pytest.mark.parametrize("sheet", [BOMB, SPELLED, FAR, HUGE, WRONG, "<worksheet", "x"])
def test_what_is_no_table_is_refused(sheet: str | bytes) -> None:
    text, faults = workbook.as_csv(book([], sheet=sheet))
    assert (text, [one.cause for one in faults]) == (b"", [workbook.UNREADABLE])


def test_another_archive_is_no_workbook() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("a.txt", "a")
    for content in (made.getvalue(), made.getvalue()[:20], b"PK\x03\x04"):
        assert workbook.is_one(content)
        assert workbook.as_csv(content)[1][0].cause is workbook.UNREADABLE


def test_a_long_text_that_many_cells_refer_to_is_no_table() -> None:
    cells = "".join(f'<c r="A{n}" t="s"><v>0</v></c>' for n in range(1, 400))
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    text, faults = workbook.as_csv(book([["x" * 100_000]], sheet=sheet))
    assert (text, faults[0].cause) == (b"", workbook.UNREADABLE)


@pytest.mark.parametrize("how", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_with_a_broken_part_is_no_workbook(how: int) -> None:
    made = io.BytesIO()
    name = "xl/workbook.xml"
    with zipfile.ZipFile(made, "w", how) as packed:
        packed.writestr(name, "abc" * 5000)
    content = bytearray(made.getvalue())
    begin = 30 + len(name)  # behind the part's own head
    content[begin : begin + 20] = b"\xff" * 20
    assert workbook.as_csv(bytes(content))[1][0].cause is workbook.UNREADABLE
