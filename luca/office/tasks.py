"""Celery's door to the office's figures."""

from typing import Any

from luca.aws.tasks import kept_hidden, school_task
from luca.office import counting


@school_task(name=counting.TASK, bind=True)
def count(self: Any, *, charts: str = "", night: str = "") -> None:
    """Count what the first page shows; counting it again replaces it."""
    alive = kept_hidden(self)
    if night:
        counting.count_after_night(alive)
    else:
        counting.count(charts=bool(charts), alive=alive)
