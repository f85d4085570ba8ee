"""The gradebook as files that people open in a spreadsheet; nothing in them is a formula."""

import io
from collections.abc import Iterator

import xlsxwriter

from grades.domain import Gradebook
from grades.rules import gradebook as words
from luca.kernel import sheets

FIXED = 2  # columns before the first assessment
CSV, XLSX = "csv", "xlsx"
KINDS = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_WIDTH_OF_NAMES, _WIDTH = 32, 14
_OPTIONS = {
    "in_memory": True,  # production containers may have no writable disk
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def as_csv(book: Gradebook, language: str) -> bytes:
    """What `POST …/imports` takes back, whatever spreadsheet it went through."""
    return (sheets.BOM + sheets.lines(_rows(book, language))).encode()


def as_xlsx(book: Gradebook, language: str) -> bytes:
    """The same with numbers as numbers, panes frozen, and every text marked as text."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as file:
        sheet = file.add_worksheet()
        sheet.freeze_panes(2, FIXED)
        sheet.set_column(1, 1, _WIDTH_OF_NAMES)
        sheet.set_column(FIXED, FIXED + max(0, len(book.columns) - 1), _WIDTH)
        text = file.add_format({"quote_prefix": True})
        for y, row in enumerate(_rows(book, language)):
            for x, cell in enumerate(row):
                if y and x >= FIXED and cell[:1].isdigit():
                    sheet.write_number(y, x, float(cell))  # of 12 digits a float loses none
                else:
                    sheet.write_string(y, x, cell, text)
    return content.getvalue()


def _rows(book: Gradebook, language: str) -> Iterator[list[str]]:
    """A line of headings, one of maxima, and one for each student."""
    fixed = [words.HEADINGS[one].said(language) for one in (words.STUDENT, words.NAME)]
    yield [*fixed, *map(words.heading, book.columns)]
    yield [
        words.MAXIMA,
        words.MOST.said(language),
        *(format(one.max, "f") for one in book.columns),
    ]
    for row in book.rows:
        cells = (words.written(row.results.get(one.id)) for one in book.columns)
        yield [row.student.id, row.name, *cells]
