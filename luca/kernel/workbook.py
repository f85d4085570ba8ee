"""The first sheet of an XLSX file as the CSV that Excel would save, and which cells hold formulas.

Only what a table of people needs is read: text and numbers. What a formula last came to is
whatever the other program made of it, so a cell with one is named and never believed.
"""

import csv
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from luca.kernel.tables import Fault, Text

MAGIC = b"PK\x03\x04"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINKS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PACKED = "{http://schemas.openxmlformats.org/package/2006/relationships}"
# Bytes of a part unpacked, and letters of all cells together. Five thousand rows take two
# millions; a few kilobytes packed can be gigabytes, and thousands of cells one long text.
ROOM = 10 * 1024 * 1024
WIDEST = 100  # columns; a cell further to the right is no part of a table
LONGEST = 200_000  # rows
UNREADABLE = Text(
    "No se puede leer el libro de Excel: guárdelo de nuevo como .xlsx o como CSV UTF-8.",
    "The Excel workbook cannot be read: save it again as .xlsx or as CSV UTF-8.",
)
FORMULA = Text(
    "La celda tiene una fórmula: pegue aquí su valor.",
    "The cell holds a formula: paste its value instead.",
)
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII)


class Unreadable(Exception):
    """It is no workbook, or one that would take too much room."""


BROKEN = (  # what an archive or a text that somebody has spoiled makes of the libraries
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError),
    *(ET.ParseError, KeyError, ValueError, IndexError, RuntimeError, Unreadable),
)


def is_one(content: bytes) -> bool:
    return content.startswith(MAGIC)


def as_csv(content: bytes) -> tuple[bytes, list[Fault]]:
    """Return the rows, each on the line that it has in the sheet, and the cells with formulas."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            strings = _strings(book)
            rows, faults = _rows(_part(book, _first_sheet(book)), strings)
    except BROKEN:
        return b"", [Fault(1, "", UNREADABLE)]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode(), faults


def _part(book: zipfile.ZipFile, name: str) -> ET.Element:
    """Read one part; a bomb says its size before, and a lying one is cut."""
    if book.getinfo(name).file_size > ROOM:
        raise Unreadable
    with book.open(name) as file:
        data = file.read(ROOM + 1)
    # A zero byte is UTF-16's, in which a document type would be spelled otherwise.
    if len(data) > ROOM or any(one in data for one in (b"<!DOCTYPE", b"<!ENTITY", b"\0")):
        raise Unreadable
    return ET.fromstring(data)  # noqa: S314 -- without a document type there are no entities


def _first_sheet(book: zipfile.ZipFile) -> str:
    first = _part(book, "xl/workbook.xml").find(f"{MAIN}sheets/{MAIN}sheet")
    if first is None:
        raise Unreadable
    wanted = first.get(f"{LINKS}id")
    for link in _part(book, "xl/_rels/workbook.xml.rels").iter(f"{PACKED}Relationship"):
        if link.get("Id") == wanted:
            target = str(link.get("Target")).lstrip("/")
            return target if target.startswith("xl/") else f"xl/{target}"
    raise Unreadable


def _strings(book: zipfile.ZipFile) -> list[str]:
    """The texts that cells refer to by number."""
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    return [_text(one) for one in _part(book, "xl/sharedStrings.xml").iter(f"{MAIN}si")]


def _text(node: ET.Element) -> str:
    """What a node reads, without the phonetic hints that Excel keeps beside it."""
    runs = [*node.findall(f"{MAIN}t"), *node.findall(f"{MAIN}r/{MAIN}t")]
    return "".join(one.text or "" for one in runs)


def _rows(sheet: ET.Element, strings: list[str]) -> tuple[list[list[str]], list[Fault]]:
    rows: list[list[str]] = []
    faults: list[Fault] = []
    left = ROOM
    for row, column, cell in _cells(sheet):
        while len(rows) <= row:
            rows.append([])
        if cell.find(f"{MAIN}f") is not None:
            faults.append(Fault(row + 1, f"#{column + 1}", FORMULA))
            continue
        cells = rows[row]
        cells += [""] * (column + 1 - len(cells))
        value = _value(cell, strings)
        left -= len(value)
        if left < 0:
            raise Unreadable
        cells[column] = " ".join(value.split())
    return rows, faults


def _cells(sheet: ET.Element) -> Iterator[tuple[int, int, ET.Element]]:
    for cell in sheet.iter(f"{MAIN}c"):
        place = _CELL.fullmatch(cell.get("r", ""))
        if place is None:
            raise Unreadable
        row, column = int(place[2]) - 1, _column(place[1])
        if not 0 <= row < LONGEST:
            raise Unreadable
        if column < WIDEST:
            yield row, column, cell


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def _value(cell: ET.Element, strings: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inline = cell.find(f"{MAIN}is")
        return "" if inline is None else _text(inline)
    raw = cell.findtext(f"{MAIN}v") or ""
    if kind == "s":
        return strings[int(raw)]
    return _number(raw) if kind == "n" else raw


def _number(raw: str) -> str:
    """Excel keeps an id of digits as a number, and 1001 may be spelled 1001.0 or 1.001E3."""
    if not raw:
        return ""
    value = float(raw)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else raw  # noqa: PLR2004 -- as exact as Excel is
