"""How OULAD's words become Luca's: ids, dates, groups, names and the ids of events.

Pure and deterministic: the same row always becomes the same thing, whoever
loads it and however often. Only the first day of a presentation is not in the
data; once a presentation is stored, its stored first day is used again.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from luca.demo import mexico
from luca.kernel.ids import uuid7

if TYPE_CHECKING:
    from luca.demo.oulad.domain import Click, Key, Presentation

ZONE = ZoneInfo("America/Mexico_City")
CLICK = "click"
ITEM_WEIGHTS = {"weighting": "items"}
_WORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def school_id(key: Key) -> str:
    return key.module.lower()


def school_name(module: str) -> str:
    return f"Universidad Abierta, módulo {module}"


def school_code(module: str) -> str:
    """A made-up CCT, always the same: without one the authority would take none of its grades."""
    return mexico.cct(9, "MSU", zlib.crc32(module.encode()) % 10_000)


def coursework(key: Key) -> str:
    return key.module


def exam(key: Key) -> str:
    return f"{key.module}-exam"


def subjects(presentation: Presentation) -> dict[str, bool]:
    """The subjects of a presentation: id → whether it is the exam.

    The exam is a subject only where somebody has an exam score: otherwise
    every student would be held to have failed an exam that was not published.
    """
    found = {coursework(presentation.key): False}
    if presentation.has_exam_scores:
        found[exam(presentation.key)] = True
    return found


def starts(presentation: Presentation, today: date) -> date:
    """The first day of a presentation that ends today."""
    return today - timedelta(days=presentation.length)


def day_of(first: date, day: int) -> datetime:
    """The instant that stands for a day: its first, where the school is.

    Not noon: a course that ends today would then have events in the future.
    """
    return datetime.combine(first + timedelta(days=day), time(), ZONE)


def event_id(click: Click, first: date) -> str:
    """The same row of the same file on the same day is the same event, for ever.

    Rows are told apart by their place and not by what they say: identical rows
    are real and are counted twice.
    """
    tail = hashlib.sha256(f"{click.file}\0{click.row}".encode()).digest()
    return uuid7(day_of(first, click.day), tail)


def event_type(activity: str) -> str:
    """The kind of activity, where the site is listed and its kind is a word."""
    return activity if _WORD.fullmatch(activity) else CLICK


def group_of(presentation: Presentation, student: str) -> str:
    """Tutor groups go by region, which is all the data says about where people are."""
    region = presentation.enrolled[student].region or "sin region"
    return f"{presentation.key.code}-{_slug(region)}"[:64]


def teacher_of(presentation: Presentation, group: str) -> str:
    """A region has one tutor, presentation after presentation."""
    return f"prof-{group.removeprefix(presentation.key.code + '-')}"


def groups(presentation: Presentation) -> dict[str, list[str]]:
    """The tutor groups of a presentation with their students."""
    found: dict[str, list[str]] = defaultdict(list)
    for student in presentation.enrolled:
        found[group_of(presentation, student)].append(student)
    return dict(found)


def group_name(presentation: Presentation, group: str) -> str:
    """The region's name as the data spells it."""
    for student in presentation.enrolled.values():
        if student.region and group == group_of(presentation, student.student):
            return f"{presentation.key.code} {student.region}"
    return group


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "region"
