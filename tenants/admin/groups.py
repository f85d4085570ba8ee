"""Groups: who sits in them, who teaches them, and how that is changed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from luca.dynadmin.grids import Cell, Grid
from luca.dynadmin.options import OverSource
from luca.dynadmin.screens import Confirm, Crumb, Place, Screen
from luca.kernel.ids import GroupId, PeriodId, StudentId, SubjectId, TeacherId
from tenants import services
from tenants.admin.groups_records import Group
from tenants.admin.imports import Once
from tenants.admin.picking import Pick
from tenants.domain import Enrolment, Role
from tenants.services import rolls
from tenants.services.subjects import subjects

BASE = "admin:tenants_group_"


def at(name: str, *ids: str) -> str:
    return reverse(BASE + name, args=ids)


class Inside:
    """What is under one group's page."""

    def crumbs(self, **where: str) -> Iterable[Crumb]:
        yield from super().crumbs(**where)  # type: ignore[misc]
        group = services.group(GroupId(where["group"]))
        yield Crumb(group.name, at("look", where["group"]))


class Look(Screen):
    """A group with its students and teachers."""

    template = "people/page.html"

    def heading(self, **where: str) -> str:
        return self.seen(**where).group.name

    def seen(self, **where: str) -> rolls.GroupSeen:
        if not hasattr(self, "_seen"):
            self._seen = rolls.group_seen(GroupId(where["group"]))
        return self._seen

    def shown(self, **where: str) -> Mapping[str, Any]:
        seen, group = self.seen(**where), where["group"]
        acts = [
            (_("Add students"), at("add_members", group)),
            (_("Assign a teacher"), at("assign", group)),
            (_("Enrol everybody in a course"), at("enrol", group)),
            (_("Change its name"), reverse(BASE + "change", args=[quote(group)])),
        ]
        return {"acts": acts, "grids": [_students(seen), _teachers(seen)]}


def _students(seen: rolls.GroupSeen) -> Grid:
    group = str(seen.group.id)
    rows = [
        [
            Cell(
                f"{one.family_name} {one.given_name}".strip(),
                reverse("admin:tenants_student_change", args=[quote(one.id)]),
            ),
            Cell(str(one.id)),
            Cell(_("Move"), at("move", group, one.id)),
            Cell(_("Take out"), at("remove_member", group, one.id)),
        ]
        for one in seen.students
    ]
    count = len(rows)
    caption = ngettext("%d student", "%d students", count) % count
    heads = [_("Name"), _("ID"), _("To another group"), _("Out of the group")]
    return Grid(caption, heads, rows, _("Nobody is in this group yet."))


def _teachers(seen: rolls.GroupSeen) -> Grid:
    rows = []
    for one in seen.taught:
        known, who = one.teacher, str(one.teaching.teacher)
        name = known.full_name if known else who
        link = reverse("admin:tenants_teacher_change", args=[quote(who)]) if known else ""
        end = at("unassign", seen.group.id, one.teaching.subject, who)
        subject = seen.names.get(one.teaching.subject, str(one.teaching.subject))
        rows.append([Cell(subject), Cell(name, link), Cell(_("End"), end)])
    heads = [_("Subject"), _("Teacher"), _("Teaching")]
    return Grid(_("Teachers"), heads, rows, _("Nobody teaches this group yet."))


class AddMembers(Inside, Pick):
    title = gettext_lazy("Add students")
    role = Role.STUDENT

    def check(self, **where: str) -> None:
        services.group(GroupId(where["group"]))

    def back(self, **where: str) -> str:
        return at("look", where["group"])

    def chosen(self, ids: Sequence[str], **where: str) -> str:
        for one in ids:
            services.add_member(GroupId(where["group"]), StudentId(one))
        count = len(ids)
        return ngettext("%d student was added.", "%d students were added.", count) % count


class OneMember(Inside, Confirm):
    def heading(self, **where: str) -> str:
        person = services.person(Role.STUDENT, where["student"])
        return f"{self.title}: {person.full_name}"


class RemoveMember(OneMember):
    title = gettext_lazy("Take out of the group")
    button = gettext_lazy("Take out")
    done = gettext_lazy("The student is not in the group any more.")

    def effects(self, **where: str) -> Iterable[str]:
        yield _("The student's courses and grades stay as they are.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        group, student = GroupId(where["group"]), StudentId(where["student"])
        services.remove_member_from(group, student, reason=given["reason"])


class MoveForm(Once):
    to = forms.ChoiceField(label=gettext_lazy("To the group"), widget=UnfoldAdminSelectWidget())

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].choices = [(one.id, one.name) for one in services.groups()]  # type: ignore[attr-defined]


class Move(OneMember):
    title = gettext_lazy("Move to another group")
    button = gettext_lazy("Move")
    done = gettext_lazy("The student was moved.")
    form = MoveForm
    danger = False

    def effects(self, **where: str) -> Iterable[str]:
        yield _("The courses of open periods that the student attends here move along.")

    def act(self, given: Mapping[str, Any], **where: str) -> str:
        student, group = StudentId(where["student"]), GroupId(where["group"])
        rolls.move_member(student, group, GroupId(given["to"]))
        return at("look", given["to"])


class AssignForm(Once):
    subject = forms.ChoiceField(label=gettext_lazy("Subject"), widget=UnfoldAdminSelectWidget())
    teacher = forms.ChoiceField(label=gettext_lazy("Teacher"), widget=UnfoldAdminSelectWidget())

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        teachers, _more = services.people_page(Role.TEACHER, limit=500)
        people = [(str(one.id), f"{one.family_name} {one.given_name}".strip()) for one in teachers]
        self.fields["subject"].choices = [(one.id, one.name) for one in subjects()]  # type: ignore[attr-defined]
        self.fields["teacher"].choices = people  # type: ignore[attr-defined]


class Assign(Inside, Confirm):
    title = gettext_lazy("Assign a teacher")
    button = gettext_lazy("Assign")
    done = gettext_lazy("The teacher teaches it from now on.")
    form = AssignForm
    danger = False

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        services.assign(
            GroupId(where["group"]), SubjectId(given["subject"]), TeacherId(given["teacher"])
        )


class Unassign(Inside, Confirm):
    title = gettext_lazy("End the teaching")
    button = gettext_lazy("End it")
    done = gettext_lazy("The teacher does not teach it any more.")

    def effects(self, **where: str) -> Iterable[str]:
        yield _("The teacher no longer sees this group's students; what was graded stays.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        group, subject = GroupId(where["group"]), SubjectId(where["subject"])
        services.unassign(group, subject, TeacherId(where["teacher"]), reason=given["reason"])


class CourseForm(Once):
    subject = forms.ChoiceField(label=gettext_lazy("Subject"), widget=UnfoldAdminSelectWidget())
    period = forms.ChoiceField(label=gettext_lazy("Period"), widget=UnfoldAdminSelectWidget())

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.known = services.catalogue()
        going = [one for one in reversed(self.known.periods) if one.is_open]
        self.fields["subject"].choices = [(one.id, one.name) for one in self.known.subjects]  # type: ignore[attr-defined]
        self.fields["period"].choices = [(one.id, one.name or one.id) for one in going]  # type: ignore[attr-defined]


class Enrol(Inside, Confirm):
    title = gettext_lazy("Enrol everybody in a course")
    button = gettext_lazy("Enrol")
    done = gettext_lazy("Everybody of the group is enrolled.")
    form = CourseForm
    danger = False

    def effects(self, **where: str) -> Iterable[str]:
        yield _("Who attends the course in another group moves to this one.")

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        group = GroupId(where["group"])
        rows = [Enrolment(one, group) for one in services.members(group)]
        services.enrol_audited(SubjectId(given["subject"]), PeriodId(given["period"]), rows)


@admin.register(Group)
class GroupAdmin(OverSource, ModelAdmin):  # type: ignore[misc]  # the theme ships no types
    adds = changes = True
    list_display = ("shown_name", "id")
    list_display_links = None
    search_fields = ("name", "id")
    fields = ("id", "name")
    sortable_by = ()
    screens = (
        Place("<str:group>/look/", Look, "look"),
        Place("<str:group>/members/add/", AddMembers, "add_members"),
        Place("<str:group>/members/<str:student>/remove/", RemoveMember, "remove_member"),
        Place("<str:group>/members/<str:student>/move/", Move, "move"),
        Place("<str:group>/teaching/assign/", Assign, "assign"),
        Place("<str:group>/teaching/<str:subject>/<str:teacher>/end/", Unassign, "unassign"),
        Place("<str:group>/enrol/", Enrol, "enrol"),
    )

    @display(description=gettext_lazy("Name"))  # type: ignore[untyped-decorator]
    def shown_name(self, group: Group) -> str:
        link = '<a class="text-primary-600 underline dark:text-primary-500" href="{}">{}</a>'
        return format_html(link, at("look", group.id), group.name)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("id",)

    def response_add(self, request: HttpRequest, obj: Group, *args: Any, **_: Any) -> HttpResponse:
        """A new group wants students next."""
        answer: HttpResponse = super().response_add(request, obj, *args, **_)
        if "_continue" not in request.POST and "_addanother" not in request.POST:
            answer["Location"] = at("look", obj.id)
        return answer
