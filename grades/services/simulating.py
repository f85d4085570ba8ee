"""What rules would change in a course, before anybody publishes them. Nothing is written."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grades import rules
from grades.domain import Assessment, Comparison, GradingRules
from grades.repository import assessments, evaluations
from grades.repository import courses as repository
from grades.rules import Summary
from grades.services.access import check_admin
from grades.services.assessments import groups_of
from grades.services.courses import rules_for
from grades.services.moment import this_moment
from grades.services.pool import at_once
from luca.aws import audit, jobs
from luca.aws.audit import Action
from luca.kernel.errors import NotFound
from luca.kernel.ids import GroupId, PeriodId, StudentId, SubjectId
from luca.kernel.iterate import chunks
from tenants import services as tenants
from tenants.domain import Course

Tell = Callable[[int, int], None]
WORK, TASK = "rules_simulation", "grades.simulate_rules"
AT_ONCE = 100  # students whose results are held at a time


@dataclass(frozen=True, slots=True)
class Simulation:
    """Two sets of rules over one course, as it is at one moment."""

    course: Course
    before: GradingRules
    after: GradingRules
    at: datetime
    asked: Sequence[Assessment]
    students: Sequence[StudentId]
    summary: Summary

    def compared(self, tell: Tell = lambda *_: None) -> Iterator[Comparison]:
        """Yield everybody enrolled, by id; the summary counts them on the way.

        Results are read as the night reads them. What is recorded meanwhile may be in it.
        """
        for done, some in enumerate(chunks(self.students, AT_ONCE)):
            tell(done * AT_ONCE, len(self.students))
            groups = groups_of(self.course, self.asked, some)

            def compared(
                student: StudentId, groups: Mapping[StudentId, GroupId] = groups
            ) -> Comparison:
                return self._one(student, groups.get(student))

            for one in at_once(compared, some):
                self.summary.add(one)
                yield one
        tell(len(self.students), len(self.students))

    def _one(self, student: StudentId, group: GroupId | None) -> Comparison:
        recorded = evaluations.of_course(student, self.course)
        items = rules.items_of(self.asked, recorded, at=self.at, group=group)
        before, after = rules.grade(self.before, items), rules.grade(self.after, items)
        return rules.compare(student, before, after)


def simulation(course: Course, given: Mapping[str, Any]) -> Simulation:
    """Read what a course has in common, and the rules; Conflict for a period that is not open.

    The grades of a closed period keep the rules that they were made with.
    """
    check_admin()
    tenants.course(course.subject, course.period)
    period = tenants.open_period(course.period)
    last = next(repository.versions(course.subject), None)
    before = rules_for(course.subject, period)
    after = rules.parse(given, version=1 if last is None else last.number + 1)
    roster = tenants.roster(course.subject, course.period)
    return Simulation(
        course=course,
        before=before,
        after=after,
        at=this_moment(),
        asked=assessments.of_course(course),
        students=sorted(one.student for one in roster),
        summary=Summary.of(before, after),
    )


def ask_for_simulation(course: Course, given: Mapping[str, Any]) -> jobs.Job:
    """Have it computed by a worker."""
    check_admin()
    tenants.course(course.subject, course.period)
    tenants.open_period(course.period)
    wanted = rules.as_mapping(rules.parse(given, version=0))
    audit.record(Action.RULES_SIMULATED, f"subject:{course.subject}", period=course.period)
    return jobs.start(
        WORK, TASK, subject=course.subject, period=course.period, rules=json.dumps(wanted)
    )


def simulation_asked(asked: Mapping[str, str]) -> Simulation:
    """The one that a job's arguments speak of."""
    course = Course(SubjectId(asked["subject"]), PeriodId(asked["period"]))
    return simulation(course, json.loads(asked["rules"]))


def simulation_job(identity: str) -> jobs.Job:
    """The job of a simulation, to school admins; another job is none."""
    check_admin()
    job = jobs.get(identity)
    if job.work != WORK:
        raise NotFound("There is no such simulation.", code="simulation_not_found")
    return job
