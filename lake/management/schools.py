"""What the acts about one school have in common."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from luca.kernel import clock, context, days
from luca.kernel.errors import FieldError, Invalid, NotFound
from luca.kernel.ids import check_school
from tenants import services as tenants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime


@contextmanager
def entered(name: str) -> Iterator[None]:
    """Act in a school of the directory; a name that is none of them is refused."""
    try:
        school = check_school(name)
    except ValueError as error:
        raise Invalid(str(error), errors=(FieldError("school", str(error)),)) from error
    if school not in {one.id for one in tenants.schools()}:
        raise NotFound(f"There is no school {name}.", code="school_not_found")
    with context.entered(school=school):
        yield


def moment(text: str | None) -> datetime | None:
    """A time, or the last second of a day of the school's clocks; Invalid for what is to come."""
    if text is None:
        return None
    try:
        found = days.instant(text, tenants.school_zone(), ending=True)
    except ValueError as error:
        message = "A day, or a time with its zone: 2026-11-21, 2026-11-21T08:00:00Z."
        raise Invalid(message, errors=(FieldError("as_of", message),)) from error
    if len(text) == len("2026-11-21"):
        found -= timedelta(seconds=1)
    if found > clock.now():
        message = "That is still to come: give a day that is over, or a time."
        raise Invalid(message, errors=(FieldError("as_of", message),))
    return found.astimezone(UTC)


@contextmanager
def progress(options: dict[str, Any]) -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each stretch of the work, on a terminal."""
    quiet = options["no_progress"] or not sys.stderr.isatty()
    with tqdm(disable=quiet, leave=False, file=sys.stderr) as bar:

        def tell(what: str, done: int, of: int) -> None:
            bar.set_description(what, refresh=False)
            bar.total, bar.n = of, done
            bar.update(0)

        yield tell
