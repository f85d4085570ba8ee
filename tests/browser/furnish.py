"""Furnish a running stack with a school as it stands in the middle of a year.

`python -m tests.browser.furnish` runs in the environment of the platform's operator. The
first of the demo's schools gets its people, courses, results of two groups, grades and
events; the second one its people and courses only: what must never be seen next door. With
an id it makes one small school with a closed period instead.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

GROUPS = ("1A", "1B")  # whose results are recorded
LATEST = 12  # events of a student


def main() -> None:
    import django

    django.setup()
    if sys.argv[1:]:
        make_small(sys.argv[1])
    else:
        furnish()


def furnish() -> None:
    from luca.demo.year import loading, make
    from luca.kernel import clock, context

    year = make(clock.now())
    first, second = year.schools
    loading.load(replace(year, schools=(first,)), lambda _: None)
    loading.load(replace(year, schools=(_office_of(second),)), lambda _: None)
    with context.entered(school=first.id):
        _record(first)
        _happen(first)


def make_small(identity: str) -> None:
    """A school of one group, whose only period is closed and was never sent."""
    from grades import services as grades
    from luca.demo.year import loading, make
    from luca.kernel import clock, context

    year = make(clock.now())
    school = _office_of(year.schools[0])
    school.id, school.people = (
        identity,
        {
            name: replace(one, email=one.email.replace("benito-juarez", identity))
            for name, one in school.people.items()
        },
    )
    loading.load(replace(year, schools=(school,)), lambda _: None)
    with context.entered(school=identity):
        members = set(next(iter(school.groups.values())))
        rows = [row for one in school.sheets for row in _rows(one) if row.student in members]
        for start in range(0, len(rows), 100):
            grades.record(None, rows[start : start + 100])
        grades.consolidate(school.periods[0].id, close=True)


def _office_of(school: Any) -> Any:
    """The school with one group, and logins for its office only."""
    kept, members = next(iter(school.groups.items()))
    school.groups = {kept: members[:5]}
    wanted = {*members[:5], *school.teaching.values(), "direccion", "enlace-sep"}
    school.people = {name: one for name, one in school.people.items() if name in wanted}
    return school


def _record(school: Any) -> None:
    from grades import services as grades

    rows = [row for sheet in school.sheets if sheet.group in GROUPS for row in _rows(sheet)]
    for start in range(0, len(rows), 100):
        grades.record(None, rows[start : start + 100])
    grades.consolidate(school.periods[0].id, close=True)
    grades.consolidate()


def _rows(sheet: Any) -> Iterator[Any]:
    from grades.domain import NewEvaluation
    from luca.kernel.ids import AssessmentId, PeriodId, StudentId, SubjectId

    for mark in sheet.marks:
        yield NewEvaluation(
            StudentId(mark.student),
            SubjectId(sheet.course.subject),
            PeriodId(sheet.course.period),
            AssessmentId(sheet.assessment),
            mark.score,
        )


def _happen(school: Any) -> None:
    from behavior import services as behavior

    behavior.backfill(_events(school.happenings))


def _events(happenings: Any) -> Iterable[Any]:
    from behavior.domain import Sent
    from luca.kernel import clock

    for student, happened in happenings.items():
        for one in happened[-LATEST:]:
            yield Sent(one.type, student, clock.stamp(one.at), one.quantity, event_id=one.id)


if __name__ == "__main__":
    main()
