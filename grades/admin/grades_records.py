"""Consolidated grades as rows: of a course, or of a student."""

from collections.abc import Collection, Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy

from grades import domain, services
from grades.admin import places, words
from luca.dynadmin.question import Question, Unanswerable
from luca.dynadmin.records import Record
from luca.dynadmin.sources import Page, Source
from luca.kernel.ids import PeriodId, StudentId, SubjectId
from tenants import services as tenants
from tenants.domain import Course, Student


class Grades(Source["Grade"]):
    """A page is the roster's, so that who has no grade yet is in it too."""

    paged = True

    def several(self, ids: Collection[str]) -> Iterable["Grade"]:
        return ()

    def page(self, question: Question, limit: int, start: Any) -> Page["Grade"]:
        if question.search:
            raise Unanswerable("Grades are not searched: look for the student.")
        asked = question.only("student", "period", "subject")
        wanted = {field: str(value) for (field, _lookup), value in asked.items()}
        if "student" in wanted:
            return _of_student(StudentId(wanted["student"]), limit, start)
        if not {"period", "subject"} <= wanted.keys():
            raise Unanswerable("Grades are listed by student, or by period and subject.")
        course = Course(SubjectId(wanted["subject"]), PeriodId(wanted["period"]))
        found, following = services.course_grades_page(course, limit, start)
        return Page([_row(student, course, grade) for student, grade in found], following)


class Grade(Record):
    source: ClassVar[Source[Any]] = Grades()
    id = models.CharField(primary_key=True, max_length=200, editable=False)
    student = models.CharField(max_length=64)
    student_name = models.CharField(gettext_lazy("student"), max_length=200)
    period = models.CharField(gettext_lazy("period"), max_length=64)
    subject = models.CharField(gettext_lazy("subject"), max_length=64)
    score = models.DecimalField(gettext_lazy("grade"), max_digits=18, decimal_places=6, null=True)
    verdict = models.CharField(
        gettext_lazy("verdict"), max_length=10, choices=list(words.VERDICT.items())
    )
    calculated = models.DateTimeField(gettext_lazy("computed"), null=True)

    class Meta(Record.Meta):
        app_label = "grades"
        verbose_name = gettext_lazy("grade")
        verbose_name_plural = gettext_lazy("grades")

    def __str__(self) -> str:
        return f"{self.student_name}: {self.subject}"


def _of_student(identity: StudentId, limit: int, start: Any) -> Page[Grade]:
    found, following = services.official_grades_page(identity, limit, start)
    student = tenants.students([identity]).get(identity) or Student(identity, identity)
    return Page([_row(student, one.course, one) for one in found], following)


def _row(student: Student, course: Course, grade: domain.Grade | None) -> Grade:
    row = Grade(
        id=places.of_grade(student.id, course),
        student=student.id,
        student_name=f"{student.family_name} {student.given_name}".strip(),
        period=course.period,
        subject=course.subject,
        verdict=domain.Verdict.UNDEFINED.value,
    )
    if grade is not None:
        row.score, row.version = grade.score, grade.version
        row.verdict, row.calculated = grade.verdict.value, grade.last_calculated
    return row
