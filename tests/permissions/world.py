"""Two schools with the same ids in them, and something in each that the other has not.

Every text of a school carries its mark, so that a word of the one in an answer to the
other is noticed whatever field it is in.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING

from behavior import rules as behavior_rules
from behavior import services as behavior
from behavior.domain import Event, Origin
from govsync import services as govsync
from grades import services as grades
from grades.domain import NewEvaluation
from luca.aws import jobs
from luca.kernel import clock, context
from luca.kernel.ids import (
    AssessmentId,
    GroupId,
    GuardianId,
    PeriodId,
    PersonId,
    SchoolId,
    StudentId,
    SubjectId,
    TeacherId,
    uuid7,
)
from tenants import services as tenants
from tenants.domain import Course, Enrolment, Group, Guardian, Period, School, Student, Teacher
from tenants.domain.accounts import NewInvitation
from tenants.services.imports.desk import send_import

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

ADA, BLAS, CARLA = StudentId("ada"), StudentId("blas"), StudentId("carla")
MATHS, ART = SubjectId("maths"), SubjectId("art")
AUTUMN = PeriodId("2026-1")
FIRST_A, FIRST_B = GroupId("1a"), GroupId("1b")
EXAM = AssessmentId("exam-1")
COURSE = Course(MATHS, AUTUMN)
MARKS = {"north": "Boreal", "south": "Austral"}
POINTS = {"north": Decimal("81.25"), "south": Decimal("62.75")}
STARTS, ENDS = date(2026, 8, 1), date(2026, 12, 18)
_numbers = count()


def fresh(beginning: str = "new") -> str:
    """An id that was never used before."""
    return f"{beginning}-{next(_numbers):05d}"


@dataclass
class Place:
    """One of the two schools. What is called `only` is in no other school."""

    school: SchoolId
    side: str
    run: str = ""
    upload: str = ""
    people_import: str = ""
    only: dict[str, str] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        return MARKS[self.side]

    def entered(self) -> AbstractContextManager[context.Context]:
        return context.entered(school=self.school)


@dataclass(frozen=True)
class Target:
    """What a request is about: its fields are called as the parameters of routes."""

    place: Place  # whose token asks
    exists: bool
    student: str = ADA
    subject: str = MATHS
    period: str = AUTUMN
    assessment: str = EXAM
    group: str = FIRST_A
    teacher: str = "teresa"
    guardian: str = "gloria"
    person: str = ""  # of accounts
    invitation: str = ""
    run: str = ""
    number: str = "00001"  # of a run's batch
    upload: str = ""  # a table of results
    people_import: str = ""
    job: str = ""
    rules: str = "1"  # a version
    event_type: str = ""
    email: str = ""
    kind: str = "groups"  # of an import
    school: str = ""
    date: str = "2026-11-21"  # of a night
    query: str = "events_by_month"  # to the lake
    refused: str = "2026-11-21T08:00:00.000Z~0"  # an event

    def version(self) -> int:
        """The version that a change of the result must name."""
        if not self.exists:
            return 1
        with self.place.entered():
            return grades.evaluation(ADA, COURSE, EXAM).version

    def closed_period(self) -> str:
        """A period that can be synced: closed, and no run of it under way."""
        if not self.exists:
            return self.period
        with self.place.entered():
            return _closed(fresh("past"))


def address(who: str, place: Place) -> str:
    return f"{who}@{place.mark.lower()}.example"


def own(place: Place) -> Target:
    return Target(
        place,
        exists=True,
        run=place.run,
        upload=place.upload,
        job=place.only["job"],
        invitation=place.only["invitation"],
        people_import=place.people_import,
        email=address(ADA, place),
        school=place.school,
    )


def absent(place: Place) -> Target:
    """What is nowhere; its ids are as long as those of `foreign`."""
    name = fresh("none")
    return Target(
        place,
        exists=False,
        **dict.fromkeys(place.only, name)
        | {kind: uuid7() for kind in ("run", "invitation", "job", "upload", "people_import")},
    )


def foreign(place: Place, other: Place) -> Target:
    """What is at the other school only."""
    return Target(place, exists=False, **other.only)


def build() -> tuple[Place, Place]:
    """Make and fill both schools."""
    places = [Place(SchoolId(f"{side}-{secrets.token_hex(6)}"), side) for side in MARKS]
    for place in places:
        mark = place.mark
        tenants.create_school(School(place.school, f"Colegio {mark}"))
        with place.entered():
            _people(place, mark)
            _studies(place, mark)
            _results(place)
            _events(place)
            _invitation(place)
            place.run = govsync.start(PeriodId(_closed(fresh("past")))).id
            _upload(place)
            place.only["job"] = jobs.note("table").id
            place.only["run"] = govsync.start(PeriodId(_closed(fresh("past")))).id
    return places[0], places[1]


def _people(place: Place, mark: str) -> None:
    """Ada and Blas are in 1A, Carla in 1B; Gloria is Ada's mother, Hugo is Carla's father."""
    for kind in ("student", "guardian", "teacher", "group", "subject", "period", "assessment"):
        place.only[kind] = f"only-{place.side}"  # as long as `none-00001`
    only = f"only-{place.side}"
    place.only |= {"email": address(only, place), "school": place.school}
    tenants.add_students(
        Student(StudentId(one), one.title(), mark, email=address(one, place))
        for one in (ADA, BLAS, CARLA, only)
    )
    tenants.add_guardians(
        [
            Guardian(GuardianId("gloria"), "Gloria", mark, children=(ADA,)),
            Guardian(GuardianId("hugo"), "Hugo", mark, children=(CARLA,)),
            Guardian(GuardianId(only), "Sole", mark, children=(StudentId(only),)),
        ]
    )
    tenants.add_teachers(
        Teacher(TeacherId(one), one.title(), mark) for one in ("teresa", "arturo", "tomas", only)
    )


def _studies(place: Place, mark: str) -> None:
    """Teresa teaches maths and Arturo art to 1A, Tomás maths to 1B."""
    only = f"only-{place.side}"
    periods = (AUTUMN, PeriodId(only))
    for period in periods:
        tenants.save_period(Period(period, f"Otoño {mark}", STARTS, ENDS))
    for group in (FIRST_A, FIRST_B, GroupId(only)):
        tenants.add_group(Group(group, f"{group} {mark}"))
    first, both, second = [FIRST_A] * 3, [FIRST_A] * 2, [FIRST_B]
    seats = list(zip((ADA, BLAS, StudentId(only), CARLA), [*first, *second], strict=True))
    for period in periods:
        tenants.enrol(MATHS, period, [Enrolment(*seat) for seat in seats])
        tenants.enrol(SubjectId(only), period, [Enrolment(*seat) for seat in seats])
    tenants.enrol(ART, AUTUMN, [Enrolment(*seat) for seat in zip((ADA, BLAS), both, strict=True)])
    tenants.add_members(FIRST_A, [ADA, BLAS, StudentId(only)])
    tenants.add_members(FIRST_B, [CARLA])
    for group, subject, teacher in (
        (FIRST_A, MATHS, "teresa"),
        (FIRST_A, ART, "arturo"),
        (FIRST_B, MATHS, "tomas"),
        (GroupId(only), SubjectId(only), only),
    ):
        tenants.assign_teacher(group, subject, TeacherId(teacher))


def _results(place: Place) -> None:
    only = f"only-{place.side}"
    rows = [
        NewEvaluation(StudentId(who), SubjectId(of), PeriodId(when), AssessmentId(which), points)
        for points in [POINTS[place.side]]
        for who, of, when, which in (
            (ADA, MATHS, AUTUMN, EXAM),
            (BLAS, MATHS, AUTUMN, EXAM),
            (CARLA, MATHS, AUTUMN, EXAM),
            (only, MATHS, AUTUMN, EXAM),
            (only, only, only, only),
        )
    ]
    for row in rows:
        (outcome,) = grades.record(None, [_typed(row)])
        assert outcome.error is None, outcome.error
    grades.consolidate(AUTUMN)


def _typed(row: NewEvaluation) -> NewEvaluation:
    return NewEvaluation(
        row.student, row.subject, row.period, row.assessment, row.score, type="exam"
    )


def _events(place: Place) -> None:
    now = clock.now()
    sent = [
        {"type": place.mark.lower(), "student": who, "time": clock.stamp(now)}
        for who in (ADA, BLAS, CARLA, f"only-{place.side}")
    ]
    place.only["event_type"] = f"only-{place.side}"
    labels = (f"Solo {place.mark}", f"Only {place.mark}")
    behavior.define_type(place.only["event_type"], labels=labels, schema={"type": "object"})
    origin = Origin(place.school, "root", place.side, now)
    found = behavior_rules.read(json.dumps(sent).encode(), origin)
    behavior.store([one for one in found if isinstance(one, Event)])


def _upload(place: Place) -> None:
    """Tables that say what is known: applying one is an act, and changes nothing."""
    same = f"student,{EXAM}\n{ADA},{POINTS[place.side]}\n"
    place.upload = grades.read_gradebook(COURSE, FIRST_A, same.encode()).id
    only = f"only-{place.side}"
    course = Course(SubjectId(only), PeriodId(only))
    place.only["upload"] = grades.read_gradebook(course, GroupId(only), b"student\nada\n").id
    place.people_import = send_import("students", f"id,nombre\nx,{place.mark}".encode()).id
    place.only["people_import"] = send_import("groups", b"clave,nombre\nx,X").id


def _invitation(place: Place) -> None:
    desk = PersonId(f"desk-{place.side}")  # of an id that no student has
    new = NewInvitation(desk, address(desk, place), frozenset({"gov_operator"}))
    place.only["person"], place.only["invitation"] = desk, tenants.invite(new).id


def _closed(name: str) -> str:
    tenants.save_period(Period(PeriodId(name), "Pasado", STARTS, ENDS))
    return tenants.close_period(PeriodId(name)).id
