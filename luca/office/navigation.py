"""The way to every page: what stands in the sidebar, and for whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OFFICE = frozenset({"school_admin"})
PLATFORM = frozenset({"platform_admin"})
OPERATORS = frozenset({"school_admin", "gov_operator"})


@dataclass(frozen=True, slots=True)
class Entry:
    title: str | Promise
    page: str  # the name of its URL, without `admin:`
    icon: str  # one of the theme's Material Symbols
    readers: frozenset[str] = OFFICE  # the same groups as the page itself: a test compares


@dataclass(frozen=True, slots=True)
class Section:
    title: str | Promise
    entries: Sequence[Entry]


# One line for each page; apps come in the order in which a school's year needs them.
SECTIONS = (
    Section("", (Entry(_("Start"), "index", "home", OFFICE | PLATFORM | OPERATORS),)),
    Section(
        _("Platform"),
        (Entry(_("Schools"), "tenants_platformschool_changelist", "apartment", PLATFORM),),
    ),
    Section(
        _("School"),
        (
            Entry(_("Profile"), "tenants_schoolprofile_changelist", "domain"),
            Entry(_("Periods"), "tenants_periodrecord_changelist", "date_range"),
            Entry(_("Subjects"), "tenants_subjectrecord_changelist", "menu_book"),
            Entry(_("Grading rules"), "grades_rulesrecord_changelist", "rule"),
            Entry(_("Event types"), "behavior_eventtyperecord_changelist", "category"),
        ),
    ),
    Section(
        _("People"),
        (
            Entry(_("Students"), "tenants_student_changelist", "school"),
            Entry(_("Guardians"), "tenants_guardian_changelist", "family_restroom"),
            Entry(_("Teachers"), "tenants_teacher_changelist", "co_present"),
            Entry(_("Groups"), "tenants_group_changelist", "groups"),
            Entry(_("Invitations"), "tenants_invitation_changelist", "mail"),
            Entry(_("Imports"), "tenants_peopleimport_changelist", "upload_file"),
        ),
    ),
    Section(
        _("Grades"),
        (
            Entry(_("Gradebook"), "grades_gradebook_changelist", "grid_on"),
            Entry(_("Grades"), "grades_grade_changelist", "grade"),
            Entry(_("Results"), "grades_evaluation_changelist", "fact_check"),
            Entry(_("Assessments"), "grades_assessment_changelist", "assignment"),
            Entry(_("Report cards"), "grades_cards", "print"),
            Entry(_("Nightly runs"), "grades_nights", "bedtime"),
        ),
    ),
    Section(
        _("Behaviour"),
        (
            Entry(_("Today's activity"), "behavior_today", "today"),
            Entry(_("A student's activity"), "behavior_find", "timeline"),
            Entry(_("Rejected events"), "behavior_refusedevent_changelist", "report"),
        ),
    ),
    Section(
        _("Analytics"),
        (Entry(_("Questions"), "lake_questions", "query_stats"),),
    ),
    Section(
        _("Government sync"),
        (
            Entry(_("Sync runs"), "govsync_syncrun_changelist", "sync", OPERATORS),
            Entry(_("Start a run"), "govsync_syncrun_start", "play_circle", OPERATORS),
            Entry(_("Given up"), "govsync_syncrun_given_up", "unsubscribe", OPERATORS),
            Entry(_("Codes of subjects"), "govsync_syncrun_subjects", "tag", OPERATORS),
        ),
    ),
    Section(
        _("Audit"),
        (Entry(_("Audit log"), "tenants_auditrecord_changelist", "history"),),
    ),
)


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """What the theme shows of it to whoever is signed in."""
    groups: frozenset[str] = getattr(request.user, "groups_held", frozenset())
    shown = [(one.title, list(_items(one, groups))) for one in SECTIONS]
    links = [item["link"] for _title, items in shown for item in items]
    within = [link for link in links if request.path.startswith(link)]
    here = max(within, key=len, default="")  # a page under another one's address is not both
    for _title, items in shown:
        for item in items:
            item["active"] = item["link"] == here
    return [{"title": title, "items": items} for title, items in shown if items]


def _items(section: Section, groups: frozenset[str]) -> Iterator[dict[str, Any]]:
    for entry in section.entries:
        if entry.readers & groups:
            link = reverse(f"admin:{entry.page}")
            yield {"title": entry.title, "icon": entry.icon, "link": link}
