"""From rows to presentations: what can be used is kept, the rest is counted with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from luca.demo.oulad import tables
from luca.demo.oulad.domain import (
    COURSEWORK,
    EXAM,
    Click,
    Enrolled,
    Item,
    Key,
    Presentation,
    Scored,
)
from luca.kernel.ids import ID, SCHOOL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from luca.demo.oulad.skips import Skips
    from luca.demo.oulad.tables import Folder, Row, Table

KINDS = {kind.casefold(): kind for kind in (*COURSEWORK, EXAM)}
WHOLE = re.compile(r"[+-]?\d{1,9}(\.0+)?")  # some copies went through floats: "19.0"
NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{1,6})?")
LONGEST = 3660  # days: no course lasts ten years, a typing error may
HIGHEST = Decimal(100)
NOT_GRADED = "not graded"
MOST_CLICKS = 1_000_000  # what one event can carry


class Unusable(Exception):
    """Why one row cannot be used: a reason to count under, and what was found."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which presentations; empty means all."""

    modules: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, Key):
            return False
        return (not self.modules or key.module.casefold() in self.modules) and (
            not self.codes or key.code.casefold() in self.codes
        )


@dataclass(slots=True)
class Data:
    """What one folder holds; rows outside the chosen presentations are not in it."""

    folder: Folder
    skips: Skips
    wanted: Wanted
    presentations: dict[Key, Presentation] = field(default_factory=dict)
    unwanted: set[Key] = field(default_factory=set)
    of_item: dict[str, Presentation | None] = field(default_factory=dict)  # None: not usable
    elsewhere: set[str] = field(default_factory=set)  # assessments of unwanted presentations
    rows: dict[str, int] = field(default_factory=dict)

    def schools(self) -> dict[str, list[Presentation]]:
        """The presentations of each module, in the order of their codes."""
        found: dict[str, list[Presentation]] = {}
        for key in sorted(self.presentations):
            found.setdefault(key.module, []).append(self.presentations[key])
        return found


def read(folder: Folder, skips: Skips, wanted: Wanted | None = None) -> Data:
    """Read everything but the clicks, which are too many to keep."""
    data = Data(folder, skips, wanted or Wanted())
    for table, take in (
        (tables.COURSES, _course),
        (tables.ASSESSMENTS, _assessment),
        (tables.STUDENTS, _student),
        (tables.REGISTRATIONS, _registration),
        (tables.SITES, _site),
        (tables.SCORES, _score),
    ):
        _each(data, table, take)
    return data


def clicks(data: Data, chosen: frozenset[Key]) -> Iterator[Click]:
    """Read the clicks of whole presentations, in file order; nothing is de-duplicated."""
    for row in data.folder.rows(tables.CLICKS):
        try:
            key = _key(data, row)
            if key in chosen:
                yield _click(data.presentations[key], row)
        except Unusable as error:
            data.skips.row(row, error.reason, error.detail)
        except _Elsewhere:
            continue


class _Elsewhere(Exception):
    """The row belongs to a presentation that nobody asked for."""


def _each(data: Data, table: Table, take: Callable[[Data, Row], None]) -> None:
    if not data.folder.has(table):
        data.skips.add(f"{table.name}.csv", "the file is not there", "nothing was read from it")
        return
    for row in data.folder.rows(table):
        data.rows[table.name] = data.rows.get(table.name, 0) + 1
        try:
            take(data, _whole_row(row))
        except Unusable as error:
            data.skips.row(row, error.reason, error.detail)
        except _Elsewhere:
            data.rows[table.name] -= 1


def _whole_row(row: Row) -> Row:
    if not row.whole:
        raise Unusable("wrong number of cells")
    return row


def _course(data: Data, row: Row) -> None:
    key = Key(_text(row, "code_module"), _text(row, "code_presentation"))
    if key not in data.wanted:
        data.unwanted.add(key)
        raise _Elsewhere
    if not SCHOOL.fullmatch(key.module.lower()) or not ID.fullmatch(f"{key.module}-exam"):
        raise Unusable("the module's code cannot be an id", key.module)
    if not ID.fullmatch(key.code):
        raise Unusable("the presentation's code cannot be an id", key.code)
    length = _whole(row, "module_presentation_length")
    if not 0 < length < LONGEST:
        raise Unusable("the length is not a number of days", str(length))
    if key in data.presentations:
        raise Unusable("repeats an earlier presentation", str(key))
    if any(
        k.module != key.module and k.module.lower() == key.module.lower()
        for k in data.presentations
    ):
        raise Unusable("another module has the same id", key.module)
    data.presentations[key] = Presentation(key, length)


def _assessment(data: Data, row: Row) -> None:
    identity = _id(row, "id_assessment")
    if identity in data.of_item:
        raise Unusable("repeats an earlier assessment", identity)
    try:
        presentation = data.presentations[_key(data, row)]
    except _Elsewhere:
        data.elsewhere.add(identity)
        raise
    data.of_item[identity] = None  # until the rest of the row is known to be good
    kind = KINDS.get(_text(row, "assessment_type").casefold())
    if kind is None:
        raise Unusable("the type is none of TMA, CMA and Exam", row["assessment_type"] or "")
    weight = _number(row, "weight")
    if weight < 0:
        raise Unusable("the weight is negative", str(weight))
    day = None if row["date"] is None else _whole(row, "date")
    presentation.items[identity] = Item(identity, kind, weight, day)
    data.of_item[identity] = presentation


def _student(data: Data, row: Row) -> None:
    presentation = data.presentations[_key(data, row)]
    student = _id(row, "id_student")
    if student in presentation.enrolled:
        raise Unusable("repeats an earlier enrolment", f"{presentation.key} {student}")
    presentation.enrolled[student] = Enrolled(
        student, row["gender"], row["region"], row["final_result"]
    )


def _registration(data: Data, row: Row) -> None:
    """Nothing in Luca needs the days of registration: only the references are checked."""
    presentation = data.presentations[_key(data, row)]
    student = _id(row, "id_student")
    if student not in presentation.enrolled:
        raise Unusable("the student is not enrolled there", f"{presentation.key} {student}")
    for column in ("date_registration", "date_unregistration"):
        if row[column] is not None:
            _whole(row, column)


def _site(data: Data, row: Row) -> None:
    presentation = data.presentations[_key(data, row)]
    presentation.sites.setdefault(_id(row, "id_site"), row["activity_type"] or "")


def _score(data: Data, row: Row) -> None:
    identity = _id(row, "id_assessment")
    presentation = _presentation_of(data, identity)
    student = _id(row, "id_student")
    if student not in presentation.enrolled:
        raise Unusable("the student is not enrolled there", f"{presentation.key} {student}")
    if row["score"] is None:
        raise Unusable(NOT_GRADED, f"{student} in {identity}")
    score = _number(row, "score")
    if not 0 <= score <= HIGHEST:
        raise Unusable("the score is not from 0 to 100", str(score))
    earlier = presentation.scores.get((student, identity))
    if earlier is not None:
        same = earlier.score == score
        reason = "repeats an earlier score" if same else "contradicts an earlier score"
        raise Unusable(reason, f"{student} in {identity}")
    presentation.scores[student, identity] = Scored(student, identity, score, row.number)


def _presentation_of(data: Data, item: str) -> Presentation:
    if item in data.elsewhere:
        raise _Elsewhere
    if item not in data.of_item:
        raise Unusable("the assessment is unknown", item)
    found = data.of_item[item]
    if found is None:
        raise Unusable("the assessment could not be used", item)
    return found


def _click(presentation: Presentation, row: Row) -> Click:
    student = _id(_whole_row(row), "id_student")
    if student not in presentation.enrolled:
        raise Unusable("the student is not enrolled there", f"{presentation.key} {student}")
    day, count = _whole(row, "date"), _whole(row, "sum_click")
    if abs(day) > LONGEST:
        raise Unusable("the day is years away", str(day))
    if not 1 <= count <= MOST_CLICKS:
        raise Unusable("not from 1 to 1,000,000 clicks", str(count))
    return Click(presentation.key, student, _id(row, "id_site"), day, count, row.file, row.number)


def _key(data: Data, row: Row) -> Key:
    """The presentation that a row names, if it is one of ours."""
    key = Key(row["code_module"] or "", row["code_presentation"] or "")
    if key in data.presentations:
        return key
    if key in data.unwanted:
        raise _Elsewhere
    if not key.module or not key.code:
        raise Unusable("no presentation is named")
    raise Unusable("the presentation is unknown", str(key))


def _text(row: Row, column: str) -> str:
    found = row[column]
    if found is None:
        raise Unusable(f"{column} is missing")
    return found


def _id(row: Row, column: str) -> str:
    found = _text(row, column)
    if not ID.fullmatch(found):
        raise Unusable(f"{column} cannot be an id", found[:20])
    return found


def _whole(row: Row, column: str) -> int:
    text = _text(row, column)
    if not WHOLE.fullmatch(text):
        raise Unusable(f"{column} is not a whole number", text[:20])
    return int(text.partition(".")[0])


def _number(row: Row, column: str) -> Decimal:
    text = _text(row, column)
    if not NUMBER.fullmatch(text):
        raise Unusable(f"{column} is not a number", text[:20])
    return Decimal(text)
