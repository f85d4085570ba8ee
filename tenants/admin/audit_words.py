"""What people read for the ids and codes of an entry of the audit log."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

KINDS = {
    "assessment": gettext_lazy("Assessment"),
    "course": gettext_lazy("Course"),
    "evaluation": gettext_lazy("Result"),
    "event_type": gettext_lazy("Event type"),
    "grade": gettext_lazy("Grade"),
    "group": gettext_lazy("Group"),
    "guardian": gettext_lazy("Guardian"),
    "import": gettext_lazy("Import"),
    "integrator": gettext_lazy("Program"),
    "period": gettext_lazy("Period"),
    "person": gettext_lazy("Person"),
    "run": gettext_lazy("Government sync"),
    "school": gettext_lazy("School"),
    "student": gettext_lazy("Student"),
    "subject": gettext_lazy("Subject"),
    "sync": gettext_lazy("Government sync"),
    "teacher": gettext_lazy("Teacher"),
}
DETAILS = {
    "by": pgettext_lazy("audit", "by"),
    "changed": pgettext_lazy("audit", "changed"),
    "new": pgettext_lazy("audit", "new"),
    "refused": pgettext_lazy("audit", "refused"),
    "table": pgettext_lazy("audit", "table"),
    "left": pgettext_lazy("audit", "left"),
    "active": gettext_lazy("active"),
    "as_of": pgettext_lazy("audit", "as it was at"),
    "assessment": gettext_lazy("assessment"),
    "cells": gettext_lazy("cells"),
    "close": gettext_lazy("closes the period"),
    "enrolled": gettext_lazy("students"),
    "fields": gettext_lazy("fields"),
    "form": gettext_lazy("as"),
    "groups": gettext_lazy("rights"),
    "guardian": gettext_lazy("guardian"),
    "kinds": pgettext_lazy("audit", "kinds of data"),
    "linked": gettext_lazy("linked"),
    "member": gettext_lazy("in the group"),
    "number": gettext_lazy("number"),
    "period": gettext_lazy("period"),
    "records": gettext_lazy("records"),
    "rows": gettext_lazy("rows"),
    "second_factor": gettext_lazy("second step"),
    "scopes": gettext_lazy("scopes"),
    "since": gettext_lazy("from"),
    "student": gettext_lazy("student"),
    "subject": gettext_lazy("subject"),
    "subjects": gettext_lazy("subjects"),
    "teacher": gettext_lazy("teacher"),
    "teaches": gettext_lazy("teaches"),
    "until": gettext_lazy("to"),
    "valid_from": gettext_lazy("in force from"),
    "version": gettext_lazy("version"),
    "what": gettext_lazy("part"),
    "withdrawn": gettext_lazy("withdrawn from"),
}
VALUES = {
    "students": pgettext_lazy("audit", "students"),
    "student": pgettext_lazy("audit", "student"),
    "search": pgettext_lazy("audit", "search"),
    "invitation": pgettext_lazy("audit", "invitation"),
    "teachers": pgettext_lazy("audit", "teachers"),
    "guardians": pgettext_lazy("audit", "guardians"),
    "groups": pgettext_lazy("audit", "groups"),
    "enrolments": pgettext_lazy("audit", "enrolments"),
    "yes": gettext_lazy("yes"),
    "no": gettext_lazy("no"),
    "none": gettext_lazy("none"),
}
ASKED = {
    "about": gettext_lazy("About"),
    "action": gettext_lazy("What was done"),
    "actor": gettext_lazy("Id of who did it"),
    "since": gettext_lazy("From the day"),
    "until": gettext_lazy("To the day"),
}


def about(text: str) -> str:
    """A kind and its ids; of a kind that is new here, its code.

    >>> about("comet:halley")
    'comet halley'
    """
    kind, _apart, identity = text.partition(":")
    return f"{KINDS.get(kind, kind)} {identity.replace('/', ' / ')}"


def details(given: Mapping[str, str]) -> str:
    return "; ".join(
        f"{DETAILS.get(one, one)}: {VALUES.get(two, two)}" for one, two in given.items()
    )


def asked(field: str) -> str:
    return str(ASKED.get(field, field))


def moment(at: datetime) -> str:
    """To the second, by the school's clocks."""
    local = timezone.localtime(at)
    day = formats.date_format(local, "SHORT_DATE_FORMAT")
    return f"{day} {local:%H:%M:%S}"
