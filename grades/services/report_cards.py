"""Report cards: what a school tells a family about a student's period.

What is printed as a grade is the consolidated one, never a provisional result; and while the
period is not closed, or a grade does not know every result yet, it is said to be provisional.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from grades.domain import Evaluation, Grade, GradeVersion, Rounding
from grades.domain.reports import ReportCard, ReportLine, Standing
from grades.repository import evaluations, grades
from grades.services import assessments
from grades.services.moment import this_moment
from grades.services.pool import at_once
from luca.aws import audit, job_lists, jobs
from luca.aws.audit import Action
from luca.kernel.errors import NotFound
from luca.kernel.ids import GroupId, PeriodId, StudentId, SubjectId
from luca.kernel.iterate import chunks
from luca.kernel.tables import bare
from tenants import services as tenants
from tenants.domain import Course, Period, PeriodState, Student

Tell = Callable[[int, int], None]
WORK, TASK = "report_cards", "grades.report_cards"
AT_ONCE = 10  # students between two notes of the progress


def report_card(student: StudentId, period: PeriodId) -> ReportCard:
    """One student's card, to the student, the family, teachers of theirs and admins."""
    tenants.see_student(student)
    own = tenants.student(student)
    within = tenants.period(period)
    tenants.note_look(student, "report_card")
    return _Cards(within).of([own])[0]


def begin_student_card(student: StudentId, period: PeriodId, language: str) -> jobs.Job:
    """Have a student's card printed, for whoever may see it."""
    tenants.see_student(student)
    tenants.student(student)
    tenants.period(period)
    audit.record(Action.GRADES_EXPORTED, f"student:{student}", form="pdf", period=period)
    return jobs.start(WORK, TASK, student=student, period=period, language=language)


def begin_group_cards(group: GroupId, period: PeriodId, language: str) -> jobs.Job:
    """Have the cards of a whole group printed as one file, for those who teach it and admins."""
    if group not in {one.id for one in tenants.visible_groups()}:
        raise NotFound("There is no such group.", code="group_not_found")
    tenants.period(period)
    audit.record(Action.GRADES_EXPORTED, f"group:{group}", form="pdf", period=period)
    return jobs.start(WORK, TASK, group=group, period=period, language=language)


def cards_job(identity: str) -> jobs.Job:
    """How far cards are that somebody asked for, to whoever did and to admins."""
    return job_lists.one_of(WORK, identity)


def recent_cards() -> list[jobs.Job]:
    """The newest that were asked for: for a week, as long as their files are kept."""
    return job_lists.recent(WORK)


def report_cards(
    period: PeriodId, *, student: str = "", group: str = "", tell: Tell = lambda *_: None
) -> list[ReportCard]:
    """The cards of a student, or of all who attend a group in the period, by name.

    For the worker and the command line: rights were asked when the work was begun.
    """
    within = tenants.period(period)
    if student:
        everybody = [tenants.student(StudentId(student))]
    else:
        everybody = _class_of(tenants.group(GroupId(group)).id, period)
    cards: list[ReportCard] = []
    gathering = _Cards(within)
    for some in chunks(everybody, AT_ONCE):
        tell(len(cards), len(everybody))
        cards += gathering.of(some)
    tell(len(cards), len(everybody))
    return cards


def _class_of(group: GroupId, period: PeriodId) -> list[Student]:
    seated = {
        one.student
        for course in tenants.courses(period)
        for one in tenants.roster(course.subject, course.period)
        if one.group == group
    }
    if not seated:
        raise NotFound("Nobody attends this group in this period.", code="nobody_attends")
    found = tenants.students(sorted(seated)).values()
    return sorted(found, key=lambda one: (bare(f"{one.family_name} {one.given_name}"), one.id))


class _Cards:
    """Gathers cards of one period; what all of them share is read once."""

    def __init__(self, period: Period) -> None:
        self.period = period
        self.school = tenants.school_profile()
        self.doubtful = bool(tenants.doubts(self.school))
        self.offer = tenants.catalogue()
        self.names = {one.id: one.name for one in self.offer.groups}
        self.day = this_moment().astimezone(ZoneInfo(self.school.time_zone)).date()

    def of(self, students: Sequence[Student]) -> list[ReportCard]:
        return at_once(self._card, students)

    def _card(self, student: Student) -> ReportCard:
        attended = [one for one in tenants.courses_of(student.id) if one.period == self.period.id]
        known, _ = grades.with_profile(student.id)
        official = {one.course: one for one in known if one.period == self.period.id}
        told = grades.present_versions(official.values())
        open_work = self._unknown_to_grades(student.id)
        lines = [
            self._line(course, official.get(course), told.get((student.id, course)), open_work)
            for course in sorted({Course(one.subject, one.period) for one in attended})
        ]
        return ReportCard(
            school=self.school,
            cct_doubtful=self.doubtful,
            student=student if tenants.may_read_curp(student.id) else replace(student, curp=""),
            groups=tuple(sorted({self.names.get(one.group, one.group) for one in attended})),
            period=self.period,
            lines=tuple(sorted(lines, key=lambda one: (bare(one.title), one.subject))),
            day=self.day,
        )

    def _called(self, subject: SubjectId) -> str:
        return self.offer.names.get(subject, "")

    def _unknown_to_grades(self, student: StudentId) -> set[Course]:
        """The courses with results that the consolidated grade does not know yet."""
        waiting: dict[Course, list[Evaluation]] = defaultdict(list)
        for one in evaluations.of_period(student, self.period.id):
            if not one.consolidated:
                waiting[one.course].append(one)
        return {course for course, found in waiting.items() if _published(course, found)}

    def _line(
        self,
        course: Course,
        grade: Grade | None,
        told: GradeVersion | None,
        open_work: Iterable[Course],
    ) -> ReportLine:
        if grade is None or grade.score is None:
            return ReportLine(course.subject, name=self._called(course.subject))
        trace = told.trace if told else {}
        settled = self.period.state is PeriodState.CLOSED and course not in open_work
        return ReportLine(
            subject=course.subject,
            name=self._called(course.subject),
            score=grade.score,
            letter=trace.get("result", {}).get("letter"),
            verdict=grade.verdict,
            rounding=Rounding(trace["rules"]["rounding"]) if trace else None,
            places=grade.places,
            version=grade.version,
            as_of=grade.last_calculated,
            standing=Standing.OFFICIAL if settled else Standing.PROVISIONAL,
        )


def _published(course: Course, found: Sequence[Evaluation]) -> bool:
    shown = {one.id for one in assessments.definitions_of(course, found) if one.published}
    return any(one.assessment in shown for one in found)
