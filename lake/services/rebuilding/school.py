"""What the lake holds of a school's grades, arranged for computing them again."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from grades.domain import Assessment, Evaluation, Grade, RulesVersion
from grades.services import replaying
from grades.services.replaying import Then
from lake.rules.history import Timeline
from lake.rules.history import at as one_at
from luca.kernel.ids import StudentId
from tenants.domain import Course, Enrolment, Period
from tenants.services import images

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lake.rules.history import Moment, Place, State

Pair = tuple[StudentId, Course]
READERS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "evaluation": replaying.evaluation,
    "assessment": replaying.assessment,
    "grading_rules": replaying.rules_version,
    "grade": replaying.grade,
    "period": images.period,
    "enrolled": images.enrolment,
    "profile": images.zone,
}


def read(kind: str, image: str) -> Any:
    """What an image says, of a kind that a computation depends on."""
    reader = READERS.get(kind)
    return None if reader is None else reader(json.loads(image))


@dataclass(frozen=True, slots=True)
class Own:
    """What there is of one student in one course."""

    evaluations: Timeline
    grades: list[State]
    enrolled: list[State]


@dataclass(slots=True)
class School:
    """Histories by what they are about."""

    evaluations: dict[Pair, list[list[State]]] = field(default_factory=lambda: defaultdict(list))
    grades: dict[Pair, list[State]] = field(default_factory=dict)
    enrolled: dict[Pair, list[State]] = field(default_factory=dict)
    courses: dict[Course, list[list[State]]] = field(default_factory=lambda: defaultdict(list))
    rules: dict[str, list[list[State]]] = field(default_factory=lambda: defaultdict(list))
    periods: dict[str, list[State]] = field(default_factory=dict)
    profile: list[State] = field(default_factory=list)
    _common: dict[Course, Timeline] = field(default_factory=dict)
    _then: dict[tuple[Course, int], Then | None] = field(default_factory=dict)

    @property
    def pairs(self) -> list[Pair]:
        """Everybody who was ever enrolled or graded in a course."""
        return sorted({*self.evaluations, *self.grades, *self.enrolled})

    def own(self, pair: Pair) -> Own:
        return Own(
            Timeline(self.evaluations.get(pair, [])),
            self.grades.get(pair, []),
            self.enrolled.get(pair, []),
        )

    def common(self, course: Course) -> Timeline:
        """What all students of a course share: what is asked, rules, the period, the clocks."""
        if course not in self._common:
            period = self.periods.get(course.period, [])
            shared = [*self.courses.get(course, []), *self.rules.get(course.subject, [])]
            self._common[course] = Timeline([*shared, period, self.profile])
        return self._common[course]

    def then(self, course: Course, moment: Moment) -> Then | None:
        """The same as one value; None while the lake knows no period or no clocks."""
        shared = self.common(course)
        number = course, shared.number(moment)
        if number not in self._then:
            self._then[number] = _then(course, shared.at(moment))
        return self._then[number]


def _then(course: Course, found: list[Any]) -> Then | None:
    period = next((one for one in found if isinstance(one, Period)), None)
    zone = next((one for one in found if isinstance(one, ZoneInfo)), None)
    if period is None or zone is None:
        return None
    versions = [one for one in found if isinstance(one, RulesVersion)]
    return Then(
        course=course,
        period=period,
        zone=zone,
        assessments=[one for one in found if isinstance(one, Assessment)],
        versions=sorted(versions, key=lambda one: one.number, reverse=True),
    )


def arranged(found: Mapping[Place, list[State]]) -> School:
    """Put each item's history where it belongs; what was never there has nothing to say."""
    school = School()
    for (pk, _), history in found.items():
        said = next((one.value for one in history if one.value is not None), None)
        if said is not None:
            _put(school, pk, said, history)
    return school


def _put(school: School, pk: str, said: Any, history: list[State]) -> None:
    match said:
        case Evaluation():
            school.evaluations[said.student, said.course].append(history)
        case Grade():
            school.grades[said.student, said.course] = history
        case RulesVersion():
            school.rules[said.subject].append(history)
        case Period():
            school.periods[said.id] = history
        case ZoneInfo():
            school.profile = history
        case _:
            _put_in_course(school, pk, said, history)


def _put_in_course(school: School, pk: str, said: Any, history: list[State]) -> None:
    course = images.course_at(pk)
    if course is not None and isinstance(said, Enrolment):
        school.enrolled[said.student, course] = history
    elif course is not None:
        school.courses[course].append(history)


def present(history: list[State], moment: Moment) -> Any:
    """What an item said at a moment, or None."""
    found = one_at(history, moment)
    return None if found is None else found.value
