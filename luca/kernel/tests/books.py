"""Workbooks as Excel writes them, as small as they can be."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKED = "http://schemas.openxmlformats.org/package/2006/relationships"


def book(
    rows: Sequence[Sequence[object]], *, sheet: str | bytes = "", strings: bool = True
) -> bytes:
    """A cell that is a number is kept as one; text that begins with = is a formula."""
    shared: list[str] = []
    lines = []
    for n, row in enumerate(rows, start=1):
        cells = "".join(
            _cell(f"{chr(65 + m)}{n}", one, shared if strings else None)
            for m, one in enumerate(row)
        )
        lines.append(f'<row r="{n}">{cells}</row>')
    parts: dict[str, str | bytes] = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Alumnos" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKED}">'
        '<Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet
        or f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">'
        + "".join(f"<si><t>{escape(one)}</t></si>" for one in shared)
        + "</sst>",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return made.getvalue()


def _cell(place: str, value: object, shared: list[str] | None) -> str:
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    text = str(value)
    if text.startswith("="):
        return f'<c r="{place}"><f>{escape(text[1:])}</f><v>1</v></c>'
    if shared is None:
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
    shared.append(text)
    return f'<c r="{place}" t="s"><v>{len(shared) - 1}</v></c>'
