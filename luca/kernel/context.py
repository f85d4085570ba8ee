"""Who is acting, and in which school.

Every repository reads the school from here and nowhere else. The value is set
by one middleware and one task base class from verified claims, and it is reset
when the request or the task ends. A plain thread starts without it: use
`carried` to hand it to a pool.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, replace
from typing import ParamSpec, TypeVar

from luca.kernel.errors import NoSchool
from luca.kernel.ids import PersonId, SchoolId, check_school

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Context:
    """What is true for the length of one request or task."""

    school: SchoolId | None = None
    actor: PersonId | None = None
    groups: frozenset[str] = frozenset()
    correlation_id: str = ""
    trace_id: str = ""  # W3C trace context: 32 hexadecimal digits


NOBODY = Context()
_current: ContextVar[Context] = ContextVar("luca", default=NOBODY)


def current() -> Context:
    return _current.get()


def school() -> SchoolId:
    """Return the school, or raise NoSchool: nothing may be read without one."""
    found = _current.get().school
    if found is None:
        raise NoSchool("No school is entered: nothing may be read or written.")
    return found


def actor() -> PersonId | None:
    """Return who acts; None when it is Luca itself (a nightly job)."""
    return _current.get().actor


def groups() -> frozenset[str]:
    return _current.get().groups


def correlation_id() -> str:
    return _current.get().correlation_id


@contextmanager
def entered(
    *,
    school: str | None = None,
    actor: str | None = None,
    groups: frozenset[str] = frozenset(),
    correlation_id: str | None = None,
    trace_id: str | None = None,
) -> Iterator[Context]:
    """Enter a school as somebody; the previous context returns at the end.

    Correlation and trace id are kept when none is given, school, actor and groups
    are not: they never leak from one piece of work into the next.
    """
    fresh = replace(
        _current.get(),
        school=None if school is None else check_school(school),
        actor=None if actor is None else PersonId(actor),
        groups=groups,
    )
    if correlation_id is not None:
        fresh = replace(fresh, correlation_id=correlation_id)
    if trace_id is not None:
        fresh = replace(fresh, trace_id=trace_id)
    token = _current.set(fresh)
    try:
        yield fresh
    finally:
        _current.reset(token)


def carried(function: Callable[P, R]) -> Callable[P, R]:
    """Bind a function to the present context, for a thread of a pool to run."""
    here = copy_context()

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        # One copy for each call: a context cannot be entered twice at once.
        return here.copy().run(function, *args, **kwargs)

    return run
