"""What an import would do, as tables in the reader's language."""

from collections.abc import Iterable, Sequence

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from luca.dynadmin.grids import Cell, Grid
from luca.kernel.tables import ABSENT, Fault
from tenants.domain.imports import Difference, Left, Step
from tenants.services.imports import desk

MOST = 200  # rows of one table; the rest is counted
NAMES = {
    "given_name": gettext_lazy("Given names"),
    "family_name": gettext_lazy("Family names"),
    "curp": gettext_lazy("CURP"),
    "external_id": gettext_lazy("External ID"),
    "email": gettext_lazy("E-mail"),
    "name": gettext_lazy("Name"),
    "group": gettext_lazy("Group"),
}
LEFT = {
    Left.CHANGED: gettext_lazy("Somebody changed it since."),
    Left.USED: gettext_lazy("Something was recorded about it since."),
    Left.CLOSED: gettext_lazy("Its period is closed."),
    Left.GROUP: gettext_lazy("A new group stays: others may refer to it."),
}


def left(cause: str, count: int) -> str:
    said = ngettext("%d row stays as it is.", "%d rows stay as they are.", count) % count
    return f"{said} {LEFT[Left(cause)]}"


def grids(kind: str, found: Difference) -> list[Grid]:
    """The faults first, then what changes, then what is new."""
    new = [one for one in found.steps if one.is_new]
    changed = [one for one in found.steps if one.does_something and not one.is_new]
    made = [_changed(kind, changed), _new(kind, new)]
    if found.faults:
        made.insert(0, _faults(kind, found.faults))
    return [one for one in made if one.rows]


def _faults(kind: str, faults: Sequence[Fault]) -> Grid:
    language = translation.get_language() or ""
    headings = desk.import_headings(kind)
    rows = [
        [
            Cell(one.line),
            Cell(headings[one.column] if one.cause == ABSENT else one.column),
            Cell(one.cause.said(language), mark="error", tone="bad"),
        ]
        for one in faults[:MOST]
    ]
    lines = len({one.line for one in faults})
    caption = ngettext("%d row with faults", "%d rows with faults", lines) % lines
    return Grid(_more(caption, faults), [_("Line"), _("Column"), _("What is wrong")], rows)


def _changed(kind: str, steps: Sequence[Step]) -> Grid:
    rows = [
        [Cell(one.line), Cell(one.id), Cell(NAMES[name]), Cell(was or "—"), Cell(shall or "—")]
        for one in steps[:MOST]
        for name, was, shall in _fields(kind, one)
    ]
    caption = ngettext("%d row changes", "%d rows change", len(steps)) % len(steps)
    heads = [_("Line"), _("ID"), _("Field"), _("Is"), _("Becomes")]
    return Grid(_more(caption, steps), heads, rows)


def _fields(kind: str, step: Step) -> Iterable[tuple[str, str, str]]:
    for name, (was, shall) in step.changes.items():
        yield name, was, shall
    for link in step.links:
        yield ("group", "", link[0]) if kind == "students" else ("name", "", link[1])


def _new(kind: str, steps: Sequence[Step]) -> Grid:
    names = [name for name in NAMES if any(one.after.get(name) for one in steps)]
    linked = kind == "students" and any(one.links for one in steps) and "group" not in names
    rows = [
        [
            Cell(one.line),
            Cell(one.id),
            *(Cell(one.after.get(name, "")) for name in names),
            *([Cell(", ".join(group for group, _student in one.links))] if linked else []),
        ]
        for one in steps[:MOST]
    ]
    caption = ngettext("%d new row", "%d new rows", len(steps)) % len(steps)
    heads = [_("Line"), _("ID"), *(str(NAMES[one]) for one in names)]
    heads += [_("Group")] if linked else []
    return Grid(_more(caption, steps), heads, rows)


def _more(caption: str, rows: Sequence[object]) -> str:
    if len(rows) <= MOST:
        return caption
    return _("%(caption)s, the first %(most)d are shown") % {"caption": caption, "most": MOST}
