"""Tables as people keep them: CSV, the way Excel and school systems really write it.

`read` never raises for what a file holds. It answers rows, and faults that name the
line of the file, the column as its header spells it, and the cause in both languages:
who imports a table shows every fault before the first row is stored.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

LARGEST = 50 * 1024 * 1024  # bytes
MOST_ROWS = 200_000
DELIMITERS = ",;\t"  # Excel in Spanish writes semicolons
BOM_8, BOM_16 = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
# What UTF-8 makes of accented letters. In Windows-1252 the same bytes would be Ã and Â
# before a sign, which no name holds: such a file is broken UTF-8, and not Windows-1252.
_UTF_8 = re.compile(rb"[\xc2\xc3][\x80-\xbf]")
_WORDS = re.compile(r"[a-z]{2,20}(_[a-z0-9]{1,20}){0,4}", re.ASCII)


class Text(NamedTuple):
    """One sentence in the languages of the platform."""

    es: str
    en: str

    def said(self, language: str) -> str:
        """Return it in a language, Spanish if it is none of ours.

        >>> EMPTY.said("en-GB")
        'The file is empty.'
        """
        return self.en if language.lower().startswith("en") else self.es


EMPTY = Text("El archivo está vacío.", "The file is empty.")
TOO_LARGE = Text("El archivo es demasiado grande.", "The file is too large.")
TOO_MANY = Text(
    "El archivo tiene demasiadas filas: divídalo.", "The file has too many rows: divide it."
)
NOT_TEXT = Text(
    "El archivo no es texto: guárdelo como CSV UTF-8.", "The file is no text: save it as CSV UTF-8."
)
NO_ENCODING = Text(
    "Aquí hay letras que no se pueden leer: guarde el archivo como CSV UTF-8.",
    "There are letters here that cannot be read: save the file as CSV UTF-8.",
)
BROKEN = Text(
    "La fila tiene una comilla sin cerrar, texto después de una comilla o una celda enorme.",
    "The row has a quote that is not closed, text after a quote, or an enormous cell.",
)
UNKNOWN = Text("No se conoce esta columna.", "This column is not known.")
TWICE = Text("La columna está dos veces.", "The column is there twice.")
ABSENT = Text("Falta esta columna.", "This column is missing.")
REQUIRED = Text("Falta el dato.", "Is required.")
EXTRA = Text("La fila tiene más celdas que el encabezado.", "The row has more cells than headers.")


@dataclass(frozen=True, slots=True)
class Column:
    """What code calls a column, and how people may head it; accents, case and signs do not count.

    A required column must be there, and no row may leave it empty.
    """

    name: str
    headers: tuple[str, ...] = ()  # besides the name itself
    required: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong where. `column` is empty when it is the whole row or file.

    It is a header as the file spells it, or `#4` for the fourth cell: of a file without
    a header line the first row is somebody's name, CURP and address.
    """

    line: int  # of the file, as an editor counts
    column: str
    cause: Text


@dataclass(frozen=True, slots=True)
class Row:
    """The cells by column name, without the spaces around them; an absent cell is empty."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass(frozen=True, slots=True)
class Table:
    """The sound rows, and everything wrong with the others."""

    rows: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)  # column name: header in the file
    incomplete: tuple[Row, ...] = ()  # lack what is required, as faults say; the rest can be judged

    def fault(self, row: Row, column: str, cause: Text) -> Fault:
        """Name a fault as the reader of the file sees it: by its own header."""
        return Fault(row.line, self.headings.get(column, column), cause)


class _Headers:
    """Which column a header means: by how it is spelled, or else how compared, if that is one."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._spelled: dict[str, Column] = {}
        self._bare: dict[str, set[Column]] = {}
        for column in columns:
            for name in (column.name, *column.headers):
                self._spelled.setdefault(name, column)
                self._bare.setdefault(bare(name), set()).add(column)

    def get(self, header: str) -> Column | None:
        alike = self._bare.get(bare(header), ())
        return self._spelled.get(header) or (next(iter(alike)) if len(alike) == 1 else None)


class _Unreadable(Exception):
    def __init__(self, line: int, cause: Text) -> None:
        super().__init__(cause.en)
        self.fault = Fault(line, "", cause)


def read(
    content: bytes,
    columns: Sequence[Column],
    *,
    largest: int = LARGEST,
    most_rows: int = MOST_ROWS,
) -> Table:
    """Read a table: UTF-8 or Windows-1252, comma, semicolon or tab, headers in any order.

    Everything stays text: a formula is a cell like any other. Empty rows are
    left out; cells that a row lacks at its end are empty, as Excel writes them.
    """
    if len(content) > largest:
        return Table(faults=(Fault(1, "", TOO_LARGE),))
    try:
        text = _decoded(content)
    except _Unreadable as error:
        return Table(faults=(error.fault,))
    known = _Headers(columns)
    records = _records(text, _delimiter(text, known))
    line, header = next(records, (1, None))
    if header is None:
        return Table(faults=(Fault(line, "", BROKEN if text.strip() else EMPTY),))
    places, headings, faults = _header(line, header, known)
    faults += [
        Fault(line, one.name, ABSENT)
        for one in columns
        if one.required and one.name not in headings
    ]
    if faults:
        return Table(faults=tuple(faults), headings=headings)
    required = [one.name for one in columns if one.required]
    return _rows(records, _Shape(places, headings, required), most_rows)


def _decoded(content: bytes) -> str:
    """Return the text of a file; the encodings are those that spreadsheets write."""
    if content.startswith(BOM_16):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            raise _Unreadable(1, NOT_TEXT) from None
    at = content.find(b"\0")
    if at >= 0:
        raise _Unreadable(_line(content, at), NOT_TEXT)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if content.startswith(BOM_8) or _UTF_8.search(content):
            at = error.start + (len(BOM_8) if content.startswith(BOM_8) else 0)
            raise _Unreadable(_line(content, at), NO_ENCODING) from None
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise _Unreadable(_line(content, error.start), NO_ENCODING) from None


def _line(content: bytes, at: int) -> int:
    """Return the line of a byte; bare carriage returns end lines too."""
    before = content[:at]
    return 1 + before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")


def bare(header: str) -> str:
    """Return a header as it is compared.

    >>> bare(" Teléfono (móvil) *")
    'telefono_movil'
    """
    plain = unicodedata.normalize("NFKD", header).casefold()
    letters = (c for c in plain if not unicodedata.combining(c))
    return "_".join("".join(c if c.isalnum() else " " for c in letters).split())


def _delimiter(text: str, known: _Headers) -> str:
    """Return the one that makes the most known headers of the first row."""

    def headers(delimiter: str) -> tuple[int, int]:
        _, cells = next(_records(text, delimiter), (1, None))
        found = [known.get(cell) is not None for cell in cells or ()]
        return sum(found), len(found)

    return max(DELIMITERS, key=headers)  # the first of equals: the comma


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Yield each row that holds anything with its first line; None for one that is broken."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            yield line, None
            continue
        said = line == 1 and cells and cells[0].lower().startswith("sep=")  # Excel's own hint
        if any(cells) and not said:
            yield line, cells


def _header(
    line: int, cells: Sequence[str], known: _Headers
) -> tuple[list[str], dict[str, str], list[Fault]]:
    """Return which column stands at each place, and its header as the file spells it."""
    places: list[str] = []
    headings: dict[str, str] = {}
    faults = []
    there = any(known.get(cell) for cell in cells)  # or else it may be no header line at all
    for n, cell in enumerate(cells, start=1):
        column = known.get(cell)
        places.append(column.name if column else "")
        if column is None and cell:
            plain = there and _WORDS.fullmatch(cell)
            faults.append(Fault(line, cell if plain else f"#{n}", UNKNOWN))
        elif column and column.name in headings:
            faults.append(Fault(line, cell[:80], TWICE))
        elif column:
            headings[column.name] = cell
    return places, headings, faults


@dataclass(frozen=True, slots=True)
class _Shape:
    places: Sequence[str]
    headings: Mapping[str, str]
    required: Sequence[str]

    def judge(self, line: int, cells: Sequence[str]) -> tuple[Row, list[Fault]]:
        """Return the row, and what is wrong with it."""
        named = dict(zip(self.places, cells, strict=False))
        named.pop("", None)
        beyond = any(cells[len(self.places) :]) or any(
            cell for place, cell in zip(self.places, cells, strict=False) if not place
        )
        faults = [Fault(line, "", EXTRA)] if beyond else []
        faults += [
            Fault(line, self.headings[name], REQUIRED)
            for name in self.required
            if not named.get(name)
        ]
        return Row(line, named), faults


def _rows(records: Iterator[tuple[int, list[str] | None]], shape: _Shape, most_rows: int) -> Table:
    rows: list[Row] = []
    incomplete: list[Row] = []
    faults: list[Fault] = []
    for count, (line, cells) in enumerate(records):
        if count == most_rows:
            return Table(faults=(Fault(line, "", TOO_MANY),), headings=shape.headings)
        if cells is None:
            faults.append(Fault(line, "", BROKEN))
            continue
        row, found = shape.judge(line, cells)
        (incomplete if found else rows).append(row)
        faults += found
    return Table(tuple(rows), tuple(faults), shape.headings, tuple(incomplete))
