import csv
import io
import tracemalloc
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luca.kernel import tables
from luca.kernel.tables import Column, Fault, Table, Text

COLUMNS = (
    Column("id", ("matrícula", "student id"), required=True),
    Column("given_name", ("nombre", "nombres"), required=True),
    Column("family_name", ("apellidos",)),
    Column("email", ("correo", "correo electrónico", "e-mail")),
)
NAMES = [column.name for column in COLUMNS]


def read(text: str, encoding: str = "utf-8") -> Table:
    return tables.read(text.encode(encoding), COLUMNS)


def cells(table: Table) -> list[dict[str, str]]:
    assert table.faults == ()
    return [dict(row.cells) for row in table.rows]


def faults(table: Table) -> list[tuple[int, str, Text]]:
    return [(one.line, one.column, one.cause) for one in table.faults]


PENA = {"id": "a-1", "given_name": "José Ángel", "family_name": "Núñez Peña"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_table_is_read_however_a_spreadsheet_wrote_it(
    encoding: str, delimiter: str, newline: str
) -> None:
    lines = [["Matrícula", "Nombre(s)", "Apellidos"], ["a-1", "José Ángel", "Núñez Peña"]]
    lines[0][1] = "Nombres"
    text = newline.join(delimiter.join(line) for line in lines) + newline

    assert cells(read(text, encoding)) == [PENA]


def test_excels_own_hint_of_a_separator_is_no_header() -> None:
    table = read("sep=;\r\nMatrícula;Nombre;Correo\r\na-1;Zoë, la mayor;\r\n")

    assert cells(table) == [{"id": "a-1", "given_name": "Zoë, la mayor", "email": ""}]
    assert table.rows[0].line == 3


def test_headers_come_in_any_order_language_case_and_accent() -> None:
    table = read("CORREO ELECTRONICO,nombre,Student ID\nj@x.mx,José,a-1\n")

    assert cells(table) == [{"email": "j@x.mx", "given_name": "José", "id": "a-1"}]
    assert table.headings["email"] == "CORREO ELECTRONICO"
    assert table.rows[0]["family_name"] == ""


def test_lines_are_those_of_the_file_whatever_stands_in_quotes() -> None:
    table = read('\n\nid,nombre\na-1,"Ana\nMaría\r\nde Jesús"\n,,\na-2,\n"a-3",Eva\n')

    assert [row.line for row in table.rows] == [4, 9]
    assert table.rows[0]["given_name"] == "Ana\nMaría\r\nde Jesús"
    assert faults(table) == [(8, "nombre", tables.REQUIRED)]


def test_a_formula_stays_text() -> None:
    formulas = ["=1+1", "+52 55 1234", "-2", "@SUM(A1)", '=HYPERLINK("http://x","y")']
    out = io.StringIO()
    csv.writer(out).writerows([["id", "nombre"], *([f"a-{n}", f] for n, f in enumerate(formulas))])

    assert [row["given_name"] for row in read(out.getvalue()).rows] == formulas


@pytest.mark.parametrize(
    ("content", "line", "column", "cause"),
    [
        (b"", 1, "", tables.EMPTY),
        (b"\xef\xbb\xbf", 1, "", tables.EMPTY),
        (b"\n \r\n\n", 1, "", tables.EMPTY),
        (b"id,nombre\na-1,Jos\0\n", 2, "", tables.NOT_TEXT),
        (b"\xff\xfei", 1, "", tables.NOT_TEXT),
        (b"PK\x03\x04\0\0", 1, "", tables.NOT_TEXT),  # an .xlsx
        (b"id,nombre\r\na-1,Pe\x81a\r\n", 2, "", tables.NO_ENCODING),
        (b"\xef\xbb\xbfid,nombre\na-1,Pe\xf1a\n", 2, "", tables.NO_ENCODING),
        ("id,nombre\na-1,Peña\na-2,".encode() + b"Pe\xf1a\n", 3, "", tables.NO_ENCODING),
        (b"id,nombre,telefono\na-1,Ana,5\n", 1, "telefono", tables.UNKNOWN),
        (b"id,nombre,Pe\xf1a Ruiz\na-1,Ana,5\n", 1, "#3", tables.UNKNOWN),
        (b"id,nombre,ana@x.mx\na-1,Ana,5\n", 1, "#3", tables.UNKNOWN),
        (b"id,nombre,Nombres\na-1,Ana,5\n", 1, "Nombres", tables.TWICE),
        (b"\nnombre,correo\nAna,\n", 2, "id", tables.ABSENT),
        (b'"id,nombre\na-1,Ana\n', 1, "", tables.BROKEN),
        (b"id,nombre\na-1,Ana,5\n", 2, "", tables.EXTRA),
        (b"id,,nombre\na-1,5,Ana\n", 2, "", tables.EXTRA),
        (b'id,nombre\na-1,"Ana"x\n', 2, "", tables.BROKEN),
        (b"id,nombre\na-1\n", 2, "nombre", tables.REQUIRED),
        (b"id,nombre\na-1," + b"x" * 200_000, 2, "", tables.BROKEN),
    ],
)
def test_what_cannot_be_read_is_named_by_line_column_and_cause(
    content: bytes, line: int, column: str, cause: Text
) -> None:
    table = tables.read(content, COLUMNS)

    assert faults(table) == [(line, column, cause)]
    assert table.rows == ()


def test_a_file_without_a_header_line_is_not_quoted() -> None:
    table = read("a-1,ana,peña ruiz,ana@x.mx\na-2,eva,gil,\n")

    assert [one.column for one in table.faults] == ["#1", "#2", "#3", "#4", "id", "given_name"]


def test_every_fault_is_listed_and_the_sound_rows_are_there() -> None:
    table = read('id,nombre,,\na-1,Ana\na-2,"Eva"x\n,José,,\na-4,Zoë,,\na-5,Íñigo,,,x\n')

    assert [row["id"] for row in table.rows] == ["a-1", "a-4"]
    assert faults(table) == [
        (3, "", tables.BROKEN),
        (4, "id", tables.REQUIRED),
        (6, "", tables.EXTRA),
    ]


def test_a_header_alone_is_a_table_without_rows() -> None:
    assert read("id;nombre\n") == Table(headings={"id": "id", "given_name": "nombre"})


def test_a_fault_of_a_row_is_named_by_the_files_own_header() -> None:
    table = read("Matrícula,Nombre\na-1,Ana\n")
    cause = Text("No existe.", "There is none.")

    assert table.fault(table.rows[0], "id", cause) == Fault(2, "Matrícula", cause)
    assert table.fault(table.rows[0], "email", cause) == Fault(2, "email", cause)


def test_a_fault_speaks_both_languages() -> None:
    assert tables.EMPTY.said("es-mx") == tables.EMPTY.said("fr") == "El archivo está vacío."
    assert tables.EMPTY.said("en") == "The file is empty."


def test_a_table_has_a_largest_size_and_number_of_rows() -> None:
    content = b"id,nombre\na-1,Ana\na-2,Eva\n"

    assert faults(tables.read(content, COLUMNS, largest=10)) == [(1, "", tables.TOO_LARGE)]
    assert faults(tables.read(content, COLUMNS, most_rows=1)) == [(3, "", tables.TOO_MANY)]
    assert tables.read(content, COLUMNS, largest=len(content), most_rows=2).faults == ()


@pytest.mark.slow
def test_fifty_megabytes_are_read_or_refused_without_being_held_many_times() -> None:
    row = b"a-%06d,Mar\xc3\xada del Carmen,de la Cruz N\xc3\xba\xc3\xb1ez,%s\n"
    content = b"id,nombre,apellidos,correo\n" + b"".join(
        row % (n, b"x" * 2700) for n in range(19_000)
    )
    assert len(content) > 50_000_000

    tracemalloc.start()
    try:
        table = tables.read(content, COLUMNS)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (len(table.rows), table.rows[-1].line) == (19_000, 19_001)
    assert most < 8 * len(content)
    assert faults(tables.read(content + b"x" * 3_000_000, COLUMNS)) == [(1, "", tables.TOO_LARGE)]


# What csv.writer can write and a text file can hold.
cell = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(
    st.lists(st.lists(cell, min_size=4, max_size=4), max_size=6),
    st.sampled_from(",;\t"),
    st.sampled_from(["utf-8", "utf-8-sig"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_whatever_a_csv_writer_wrote_reads_back(
    written: Sequence[Sequence[str]], delimiter: str, encoding: str, quoting: int
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([NAMES, *written])

    optional = [Column(name) for name in NAMES]
    table = tables.read(out.getvalue().encode(encoding), optional)

    stripped = [[cell.strip() for cell in row] for row in written]
    assert table.faults == ()
    assert [[row[name] for name in NAMES] for row in table.rows] == [r for r in stripped if any(r)]


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"id,nombre\n", b"\xef\xbb\xbfid;nombre\r\n"])
)
def test_no_bytes_break_the_reader(content: bytes, header: bytes) -> None:
    table = tables.read(header + content, COLUMNS)

    lines = [row.line for row in table.rows] + [fault.line for fault in table.faults]
    assert all(
        1 <= line <= 2 + (header + content).count(b"\n") + content.count(b"\r") for line in lines
    )


@given(st.lists(st.text(st.characters(codec="cp1252", exclude_characters="\0"), max_size=8)))
def test_windows_1252_reads_as_it_was_written_or_not_at_all(written: list[str]) -> None:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(
        [["id", "nombre"], *([f"a-{n}", text + "ñ"] for n, text in enumerate(written))]
    )

    table = tables.read(out.getvalue().encode("cp1252"), COLUMNS)

    if not table.faults:
        assert [row["given_name"] for row in table.rows] == [f"{x}ñ".strip() for x in written]
