"""What the office reads for the codes of the consumer, and for types of events."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from behavior import services
from behavior.domain import EventType
from luca.dynadmin.saying import said

# What it means, and what an office can do about it.
REASONS = {
    "unreadable": (
        gettext_lazy("Cannot be read"),
        gettext_lazy("The app that sent it has to be mended: nothing can be done here."),
    ),
    "wrong_task": (
        gettext_lazy("Not an event"),
        gettext_lazy("It is no event of an app: whoever runs Luca has to look."),
    ),
    "no_school": (
        gettext_lazy("Names no school"),
        gettext_lazy("Whoever runs Luca has to look."),
    ),
    "no_actor": (
        gettext_lazy("Names no sender"),
        gettext_lazy("Whoever runs Luca has to look."),
    ),
    "invalid": (
        gettext_lazy("Something in it is wrong"),
        gettext_lazy("Tell the makers of the app which field it is. Trying again helps only after "
                     "the type of event was changed."),
    ),
    "unknown_type": (
        gettext_lazy("Unknown type of event"),
        gettext_lazy("Define the type, or switch it on, and try again."),
    ),
    "not_allowed": (
        gettext_lazy("The sender may not record it"),
        gettext_lazy("Often a student was enrolled too late: enrol the student, wait a minute and "
                     "try again."),
    ),
    "another_body": (
        gettext_lazy("Another event has its number"),
        gettext_lazy("The first one stands. The app uses a number twice: tell its makers."),
    ),
    "not_stored": (
        gettext_lazy("Could not be stored"),
        gettext_lazy("Nothing is wrong with the event itself: try again."),
    ),
}  # fmt: skip


LONGEST = 500  # characters of one value of an event that a page shows
FIELDS = {
    "lesson": gettext_lazy("lesson"),
    "quiz": gettext_lazy("quiz"),
    "passed": gettext_lazy("passed"),
    "homework": gettext_lazy("homework"),
    "late": gettext_lazy("late"),
    "resource": gettext_lazy("resource"),
    "status": gettext_lazy("status"),
    "minutes": gettext_lazy("minutes"),
    "note": gettext_lazy("note"),
    "kind": gettext_lazy("kind"),
    "page": gettext_lazy("page"),
    "video": gettext_lazy("video"),
    "position": gettext_lazy("position"),
}
STATUSES = {
    "present": gettext_lazy("present"),
    "absent": gettext_lazy("absent"),
    "excused": gettext_lazy("excused"),
    "merit": gettext_lazy("merit"),
    "demerit": gettext_lazy("demerit"),
}


def reason(code: str) -> str:
    found = REASONS.get(code)
    return str(found[0]) if found else code


def advice(code: str) -> str:
    found = REASONS.get(code)
    return str(found[1]) if found else ""


def details(line: str) -> str:
    """A refusal's own line, each part of which may have a field before it."""
    return "; ".join(_part(one) for one in line.split("; ") if one)


def _part(text: str) -> str:
    field, colon, message = text.partition(": ")
    return f"{field}: {said(message)}" if colon else said(text)


def label(kind: EventType | None, name: str) -> str:
    """What a type is called in the reader's language."""
    if kind is None:
        return name
    return kind.en if str(get_language()).startswith("en") else kind.es


def labels(names: Iterable[str]) -> Mapping[str, str]:
    wanted = set(names)
    known = services.types_called(wanted)
    return {name: label(known.get(name), name) for name in wanted}


def spelled(value: Any) -> str:
    """A value of an event as people can read it, and not longer than a page."""
    if value is True or value is False:
        return _("yes") if value else _("no")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = str(STATUSES.get(text, text))
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def content(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was said beside an event: names of fields that Luca knows in the reader's language."""
    return [(str(FIELDS.get(name, name)), spelled(value)) for name, value in fields.items()]


def moment(stamp: datetime | None) -> str:
    """As the school's clocks showed it."""
    if stamp is None:
        return ""
    return formats.date_format(timezone.localtime(stamp), "SHORT_DATETIME_FORMAT")


# What the engine says of a field, so that it is translated: these are its own words.
SAID = (
    gettext_lazy("Is not defined in this school."),
    gettext_lazy("Is not a student you may record for."),
    gettext_lazy("Is recorded by staff and not by students."),
    gettext_lazy("Another event has this id."),
    gettext_lazy("It is not a Celery message."),
    gettext_lazy("It names no actor."),
    gettext_lazy("The event is not JSON that can be stored."),
)
