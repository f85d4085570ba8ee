"""OULAD as a scenario: the loader brings most of it, users' logins bring a part over HTTP."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from luca.demo.driver import oracle
from luca.demo.driver.generated import side_of
from luca.demo.driver.scenario import PASSWORD, Bundle, Change, Loaded, Sheet, Side
from luca.demo.expected import Expected, grade
from luca.demo.oulad import importing, mapping, reading, tables
from luca.demo.oulad.skips import Skips
from luca.demo.oulad.tables import BadFiles
from luca.demo.year import make
from luca.kernel import clock
from luca.kernel.ids import uuid7

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from luca.demo.driver.operator import Operator
    from luca.demo.driver.table import Found, Name
    from luca.demo.oulad.domain import Key, Presentation

GROUPS = 3  # of each school: their teachers record their results over HTTP
STUDENTS = 10  # of each school: they send events and read their profiles
ROWS = 100  # of one call
CORRECTED = 5  # results of each school that are corrected, and corrected back
LIVE = 40  # events that a student sends
DEFAULT_EVENTS = ("AAA-2013J",)


class University:
    """A folder with the OULAD tables."""

    name = "oulad"

    def __init__(self, now: datetime, directory: Path, events: tuple[str, ...] | None) -> None:
        self.now = now
        self.directory = directory
        self.data = reading.read(tables.find(directory), Skips())
        self.events = events if events is not None else self._some_events()
        self.of_school = {
            mapping.school_id(found[0].key): found for found in self.data.schools().values()
        }
        self.schools = list(self.of_school)
        self.students = sum(
            len({one for presentation in found for one in presentation.enrolled})
            for found in self.of_school.values()
        )
        if not any(map(self._some_students, self.schools)):
            raise BadFiles(
                f"{directory} enrols no student of one school only: nobody could sign in."
            )
        every = self.data.presentations.values()
        self.enrolments = sum(len(p.enrolled) * len(mapping.subjects(p)) for p in every)
        self.closing = [(mapping.school_id(p.key), p.key.code) for p in every]

    def set_up(self, operator: Operator) -> None:
        """People and courses, and logins for some of them. With one school, a neighbour too."""
        operator.manage("load_oulad", str(self.directory), "--only", "people")
        if sum(bool(self._some_students(school)) for school in self.schools) == 1:
            operator.manage("load_year", "--schools", "1")
        lines = [
            json.dumps({"school": school, "person": person, "email": email, "groups": [group]})
            for school in self.schools
            for group, person, email in self._people(school)
        ]
        operator.manage("create_logins", "-", "--password", PASSWORD, say=lines)

    def sheets(self) -> list[Sheet]:
        return [
            Sheet(
                _email(school, mapping.teacher_of(presentation, group)),
                f"{presentation.key}/{group}/{item}/{start}".replace(" ", "-"),
                tuple(_row(presentation, student, item) for student in some),
            )
            for school, presentation, group in self._taught()
            for item, start, some in _scored(presentation, group)
        ]

    def changes(self) -> list[Change]:
        """Some results are corrected and then corrected back: the data must come out right."""
        found = []
        for school in self.schools:
            mine = [sheet for sheet in self.sheets() if sheet.teacher.endswith(f"@{_host(school)}")]
            rows = [(sheet.teacher, row) for sheet in mine for row in sheet.rows][:CORRECTED]
            for teacher, row in rows:
                name = (row["student"], row["subject"], row["period"], row["assessment"])
                wrong = "1" if row["score"] != "1" else "2"
                found += [Change(teacher, *name, wrong), Change(teacher, *name, row["score"])]
        return found

    def bundles(self) -> list[Bundle]:
        return [
            Bundle(_email(school, student), self._live(school, student), again=n % 3 == 0)
            for school in self.schools
            for n, student in enumerate(self._some_students(school))
        ]

    def load_the_rest(self, operator: Operator) -> Loaded:
        """Load everything, what teachers recorded already included: it is recognised."""
        file = operator.home / "load.json"
        operator.manage(
            "load_oulad",
            str(self.directory),
            *("--report", str(file)),
            *("--events", *self.events),
            *("--only", "evaluations", "events"),
        )
        report = json.loads(file.read_text("utf-8"))
        left_out = sum(
            one["count"]
            for one in report["skipped"]
            if one["table"].startswith("studentAssess") and one["reason"] != "the file is not there"
        )
        kept = report["evaluations_stored"] + report["evaluations_unchanged"]
        return Loaded(
            evaluations=report["scores"],
            events=report["events_sent"],
            quantity=sum(one["clicks"] for one in report["events"].values()),
            extra={
                "score_rows": report["rows"].get("studentAssessment", 0),
                "score_rows_explained": kept + left_out,
                "ungraded": report["ungraded"],
            },
        )

    def readers(self) -> list[tuple[str, str]]:
        return [
            (_email(school, student), student)
            for school in self.schools
            for student in self._some_students(school)
            for _ in range(GROUPS)
        ]

    def sides(self) -> tuple[Side, Side]:
        places = [school for school in self.schools if self._some_students(school)]
        found = [self._side(school) for school in places[:2]]
        return found[0], found[1] if len(found) > 1 else _neighbour(self.now)

    def logins(self) -> list[tuple[str, str]]:
        school = self.schools[0]
        return [(f"{group} of {school}", email) for group, _, email in self._people(school)][:4]

    def expected(self) -> dict[Name, Expected]:
        """Every grade, from the rows of the files."""
        return {
            (school, student, subject, presentation.key.code): grade(
                presentation.work_of(student, exam=exam)
            )
            for school, found in self.of_school.items()
            for presentation in found
            for subject, exam in mapping.subjects(presentation).items()
            for student in presentation.enrolled
        }

    def published(self, found: Found) -> dict[str, float]:
        """Compare with what is published beside the data, where it is."""
        names = importing.chosen(self.data, self.events)
        return oracle.compare(self.directory, self.data, frozenset(names), found)

    def _some_events(self) -> tuple[str, ...]:
        """One whole presentation: the one everybody has, or else the first that has any."""
        known = {f"{key.module}-{key.code}" for key in self.data.presentations}
        if known.issuperset(DEFAULT_EVENTS):
            return DEFAULT_EVENTS
        for row in self.data.folder.rows(tables.CLICKS):
            name = f"{row['code_module']}-{row['code_presentation']}"
            if name in known:
                return (name,)
        return ()

    def _taught(self) -> Iterator[tuple[str, Presentation, str]]:
        """The groups whose teachers have a login."""
        for school in self.schools:
            presentation = self._main(school)
            for group in list(mapping.groups(presentation))[:GROUPS]:
                yield school, presentation, group

    def _main(self, school: str) -> Presentation:
        """The presentation whose people act: the first that has scores, students at least."""
        found = self.of_school[school]
        return max(found, key=lambda one: (bool(one.scores), bool(one.enrolled)))

    def _some_students(self, school: str) -> list[str]:
        """Students of one school only, so that a trespass can be told from a namesake."""
        presentation = self._main(school)
        elsewhere = {
            student
            for other, found in self.of_school.items()
            if other != school
            for one in found
            for student in one.enrolled
        }
        members = list(mapping.groups(presentation).values())[:GROUPS]
        mine = [one for group in members for one in group if one not in elsewhere]
        return mine[:STUDENTS]

    def _people(self, school: str) -> list[tuple[str, str, str]]:
        """Group, person and e-mail address of everybody who gets a login."""
        teachers = {
            mapping.teacher_of(presentation, group)
            for of, presentation, group in self._taught()
            if of == school
        }
        people = [("school_admin", "direccion"), *(("teacher", one) for one in sorted(teachers))]
        people += [("student", one) for one in self._some_students(school)]
        return [(group, person, _email(school, person)) for group, person in people]

    def _live(self, school: str, student: str) -> tuple[dict[str, Any], ...]:
        """Some events of the last hours, as the student's app sends them."""
        events = []
        for n in range(LIVE):
            at = self.now - timedelta(minutes=3 * n + 5)
            tail = hashlib.sha256(f"{school}/{student}/{n}".encode()).digest()
            events.append(
                {
                    "event_id": uuid7(at, tail),
                    "type": "page_view",
                    "student": student,
                    "time": clock.stamp(at),
                    "quantity": n % 5 + 1,
                }
            )
        return tuple(events)

    def _side(self, school: str) -> Side:
        presentation = self._main(school)
        student = self._some_students(school)[0]
        group = mapping.group_of(presentation, student)
        teacher = _email(school, mapping.teacher_of(presentation, group))
        known = [
            row
            for sheet in self.sheets()
            if sheet.teacher == teacher
            for row in sheet.rows
            if row["period"] == presentation.key.code
        ]
        recorded = known[-1] if known else None
        return Side(
            school=school,
            admin=_email(school, "direccion"),
            teacher=teacher,
            student_login=_email(school, student),
            student=student,
            group_student=recorded["student"] if recorded else student,
            recorded=recorded,
        )


def _scored(presentation: Presentation, group: str) -> Iterator[tuple[str, int, list[str]]]:
    """A group's scores, assessment by assessment, in calls of at most a hundred."""
    members = mapping.groups(presentation)[group]
    for item in presentation.of_kind(exam=False):
        scored = [one for one in members if (one, item.id) in presentation.scores]
        for start in range(0, len(scored), ROWS):
            yield item.id, start, scored[start : start + ROWS]


def _row(presentation: Presentation, student: str, item: str) -> dict[str, Any]:
    key: Key = presentation.key
    return {
        "student": student,
        "subject": mapping.coursework(key),
        "period": key.code,
        "assessment": item,
        "score": str(presentation.scores[student, item].score),
    }


def _host(school: str) -> str:
    return f"{school.replace('_', '-')}.example"


def _email(school: str, person: str) -> str:
    return f"{person}@{_host(school)}"


def _neighbour(now: datetime) -> Side:
    """With one school in the data, the other side of every attempt is a made-up one."""
    return side_of(make(now).schools[0], taught=False)
