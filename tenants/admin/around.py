"""What lies around one person: guardians, groups and courses, and how that is changed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.utils import quote
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from luca.dynadmin.beside import beside
from luca.dynadmin.grids import Cell, Grid
from luca.dynadmin.screens import Confirm, Crumb, Screen
from luca.kernel.ids import GroupId, GuardianId, PeriodId, StudentId, SubjectId, TeacherId
from tenants import services
from tenants.admin.groups import CourseForm
from tenants.admin.picking import Pick
from tenants.domain import Enrolment, Move, Person, Role
from tenants.services import rolls

MOVES = {
    Move.ENROLLED: gettext_lazy("Enrolled"),
    Move.MOVED: gettext_lazy("Moved to another group"),
    Move.WITHDRAWN: gettext_lazy("Withdrawn"),
}


def page_of(role: Role, identity: str, name: str = "change") -> str:
    """An address; Django's own page reads `_3A` in one as a colon, so a name is quoted for it."""
    named = quote(identity) if name == "change" else identity
    return reverse(f"admin:tenants_{role.value.lower()}_{name}", args=[named])


class OfOne:
    """A screen under one person's form; `role` is also the name of the id in the address."""

    role: ClassVar[Role]
    _person: Person | None = None

    def person(self, **where: str) -> Person:
        """Read once: each request has a view of its own."""
        if self._person is None:
            self._person = self._read(**where)
        return self._person

    def _read(self, **where: str) -> Person:
        return services.person(self.role, where[self.role.value.lower()])

    def own(self, **where: str) -> str:
        return page_of(self.role, where[self.role.value.lower()])

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        yield from super().crumbs(**where)  # type: ignore[misc]
        yield Crumb(self.called(**where), self.own(**where))

    def called(self, **where: str) -> str:
        return self.person(**where).full_name


class ById(OfOne):
    """Called by the person's id: a name would be one more read, and the page has enough."""

    def called(self, **where: str) -> str:
        return where[self.role.value.lower()]


class Around(ById, Screen):
    """A part of the person's form, fetched after it; a page of its own for who has no script."""

    template = "people/page.html"

    def get(self, request: HttpRequest, **where: str) -> HttpResponse:
        if request.headers.get("HX-Request"):
            return TemplateResponse(request, "people/around.html", dict(self.shown(**where)))
        return super().get(request, **where)

    def heading(self, **where: str) -> str:
        return self.called(**where)


class AroundStudent(Around):
    role = Role.STUDENT

    def shown(self, **where: str) -> Mapping[str, Any]:
        one = where["student"]
        seen = rolls.student_seen(StudentId(one))
        acts = [
            (_("Add a guardian"), page_of(self.role, one, "add_guardian")),
            (_("Enrol in a course"), page_of(self.role, one, "enrol")),
            (_("History of the enrolments"), page_of(self.role, one, "enrolments")),
            *beside(self.site, "student", one),
        ]
        return {"acts": acts, "grids": [_guardians(seen, one), _groups(seen), _courses(seen, one)]}


def _guardians(seen: rolls.StudentSeen, student: str) -> Grid:
    end = "admin:tenants_student_remove_guardian"
    rows = [
        [
            Cell(one.full_name, page_of(Role.GUARDIAN, one.id)),
            Cell(one.email),
            Cell(_("Remove"), reverse(end, args=[student, one.id])),
        ]
        for one in seen.guardians
    ]
    heads = [_("Name"), _("E-mail"), _("Guardianship")]
    return Grid(_("Guardians"), heads, rows, _("No guardian is known."))


def _groups(seen: rolls.StudentSeen) -> Grid:
    link = "admin:tenants_group_look"
    rows = [[Cell(seen.names[one], reverse(link, args=[one]))] for one in seen.groups]
    return Grid(_("Groups"), [_("Name")], rows, _("The student is in no group."))


def _courses(seen: rolls.StudentSeen, student: str) -> Grid:
    end = "admin:tenants_student_withdraw"
    rows = [
        [
            Cell(seen.known.subject(one.subject)),
            Cell(seen.known.period(one.period)),
            Cell(seen.names.get(one.group, str(one.group))),
            Cell(_("Withdrawn"))
            if one.withdrawn
            else Cell(_("Withdraw"), reverse(end, args=[student, one.subject, one.period])),
        ]
        for one in seen.courses
    ]
    heads = [_("Subject"), _("Period"), _("Group"), _("Enrolment")]
    return Grid(_("Courses"), heads, rows, _("The student attends no course."))


class AroundGuardian(Around):
    role = Role.GUARDIAN

    def shown(self, **where: str) -> Mapping[str, Any]:
        found = rolls.children_seen(GuardianId(where["guardian"]))
        rows = [[Cell(one.full_name, page_of(Role.STUDENT, one.id)), Cell(one.id)] for one in found]
        grid = Grid(_("Students"), [_("Name"), _("ID")], rows, _("No student is known."))
        add = page_of(self.role, where["guardian"], "add_child")
        return {"acts": [(_("Add a student"), add)], "grids": [grid]}


class AroundTeacher(Around):
    role = Role.TEACHER

    def shown(self, **where: str) -> Mapping[str, Any]:
        link = "admin:tenants_group_look"
        rows = [
            [Cell(name, reverse(link, args=[one.group])), Cell(subject)]
            for one, name, subject in rolls.taught_by(TeacherId(where["teacher"]))
        ]
        heads = [_("Group"), _("Subject")]
        return {"acts": [], "grids": [Grid(_("Teaches"), heads, rows, _("Nothing yet."))]}


class AddGuardian(OfOne, Pick):
    title = gettext_lazy("Add a guardian")
    role = Role.GUARDIAN  # who is looked for
    several = False

    def _read(self, **where: str) -> Person:
        return services.person(Role.STUDENT, where["student"])

    def own(self, **where: str) -> str:
        return page_of(Role.STUDENT, where["student"])

    def check(self, **where: str) -> None:
        self.person(**where)

    def back(self, **where: str) -> str:
        return self.own(**where)

    def chosen(self, ids: Sequence[str], **where: str) -> str:
        services.link_child(GuardianId(ids[0]), StudentId(where["student"]))
        return _("The guardian sees from now on what the school knows of the student.")


class AddChild(OfOne, Pick):
    title = gettext_lazy("Add a student")
    role = Role.STUDENT
    several = False

    def _read(self, **where: str) -> Person:
        return services.person(Role.GUARDIAN, where["guardian"])

    def own(self, **where: str) -> str:
        return page_of(Role.GUARDIAN, where["guardian"])

    def check(self, **where: str) -> None:
        self.person(**where)

    def back(self, **where: str) -> str:
        return self.own(**where)

    def chosen(self, ids: Sequence[str], **where: str) -> str:
        services.link_child(GuardianId(where["guardian"]), StudentId(ids[0]))
        return _("The guardian sees from now on what the school knows of the student.")


class OfStudent(OfOne, Confirm):
    role = Role.STUDENT


class RemoveGuardian(OfStudent):
    title = gettext_lazy("Remove the guardian")
    button = gettext_lazy("Remove")
    done = gettext_lazy("The guardian does not see the student any more.")

    def effects(self, **where: str) -> Iterable[str]:
        yield _("The guardian stays on record, and sees nothing of this student from now on.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        guardian, student = GuardianId(where["guardian"]), StudentId(where["student"])
        services.unlink_child(guardian, student, reason=given["reason"])


class EnrolForm(CourseForm):
    group = forms.ChoiceField(label=gettext_lazy("Group"), widget=UnfoldAdminSelectWidget())

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["group"].choices = [(one.id, one.name) for one in self.known.groups]  # type: ignore[attr-defined]


class Enrol(OfStudent):
    title = gettext_lazy("Enrol in a course")
    button = gettext_lazy("Enrol")
    done = gettext_lazy("The student is enrolled.")
    form = EnrolForm
    danger = False

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        row = Enrolment(StudentId(where["student"]), GroupId(given["group"]))
        services.enrol_audited(SubjectId(given["subject"]), PeriodId(given["period"]), [row])


class Withdraw(OfStudent):
    title = gettext_lazy("Withdraw from the course")
    button = gettext_lazy("Withdraw")
    done = gettext_lazy("The student is not enrolled any more.")

    def effects(self, **where: str) -> Iterable[str]:
        yield _("What was graded stays; the course asks nothing more of the student.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        subject, period = SubjectId(where["subject"]), PeriodId(where["period"])
        student = StudentId(where["student"])
        services.withdraw_audited(subject, period, student, reason=given["reason"])


class Enrolments(ById, Screen):
    """What happened to a student's enrolments, the newest first."""

    title = gettext_lazy("History of the enrolments")
    template = "people/page.html"
    role = Role.STUDENT

    def shown(self, **where: str) -> Mapping[str, Any]:
        found, _more = services.enrolment_history(
            StudentId(where["student"]), limit=100, start=None
        )
        names = services.staff_names({str(one.by) for one in found if one.by})
        rows = [
            [
                Cell(timezone.localtime(one.at).strftime("%Y-%m-%d %H:%M")),
                Cell(MOVES[one.move]),
                Cell(str(one.subject)),
                Cell(str(one.period)),
                Cell(str(one.group or one.before or "")),
                Cell(names.get(str(one.by), str(one.by)) if one.by else "Luca"),
            ]
            for one in found
        ]
        heads = [_("When"), _("What"), _("Subject"), _("Period"), _("Group"), _("Who")]
        return {"grids": [Grid(self.title, heads, rows, _("Nothing yet."))]}
