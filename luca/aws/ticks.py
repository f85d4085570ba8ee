"""What happens by itself, and when: deploy/schedules.json as beat wants it.

In AWS EventBridge Scheduler is made of the same file and puts the same tasks on the same queues
(deploy/modules/scheduler). There a tick says when it was due, so that `luca.aws.tasks` can drop
one that has waited too long; beat tells Celery when a tick expires.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from celery.schedules import BaseSchedule, crontab, schedule
from django.conf import settings

FILE = Path(__file__).resolve().parents[2] / "deploy" / "schedules.json"
RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) \*\)")


class LocalCrontab(crontab):
    """A crontab whose clock hangs in another place than Celery's, which is UTC."""

    def __init__(self, fields: tuple[str, ...], zone: str) -> None:
        minute, hour, day, month, weekday = fields
        super().__init__(minute, hour, weekday, day, month)
        self.made_of = fields, zone

    @property
    def tz(self) -> tzinfo:  # type: ignore[override]  # the stubs say str
        return ZoneInfo(self.made_of[1])

    def __reduce__(self) -> tuple[Any, ...]:
        """Beat keeps its schedule in a file, and reads it again after each sync."""
        return type(self), self.made_of


def ticks() -> dict[str, dict[str, Any]]:
    """Every tick of the file, by the name of its task."""
    found: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["ticks"]
    return found


def beat_schedule() -> dict[str, dict[str, Any]]:
    """All of them as `app.conf.beat_schedule`; all go to the default queue."""
    return {
        task: {
            "task": task,
            "schedule": _when(tick),
            "options": {"expires": tick["expires_after_seconds"]},
        }
        for task, tick in ticks().items()
    }


def _when(tick: dict[str, Any]) -> BaseSchedule:
    expression, locally = tick["expression"], tick["locally"]
    if "minutes" in locally:
        return schedule(timedelta(minutes=getattr(settings, locally["minutes"])))
    if rate := RATE.fullmatch(expression):
        seconds = timedelta(**{f"{rate[2]}s": int(rate[1])}).total_seconds()
        if "scale" in locally:  # as what it looks after
            scaled = seconds * getattr(settings, locally["scale"])
            seconds = max(float(locally["least_seconds"]), scaled)
        return schedule(timedelta(seconds=seconds))
    cron = CRON.fullmatch(expression)
    if cron is None:
        raise ValueError(f"{FILE.name}: beat cannot read {expression!r}.")
    return LocalCrontab(tuple(part.replace("?", "*") for part in cron.groups()), tick["timezone"])
