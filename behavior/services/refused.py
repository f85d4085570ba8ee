"""What was refused of a school's events: shown to its admins, and tried again when they ask.

The dead letters are one queue for all schools, which nobody can ask for one school's alone.
So whoever buries a letter also tells its school, in items of the school's own; the letter
stays with the operators.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from behavior import rules
from behavior.domain import REASONS, Refusal
from behavior.repository import refused as repository
from behavior.rules.letters import apart, line, said
from behavior.services.storing import ingest, judge
from luca.aws import audit, job_lists, jobs
from luca.aws.audit import Action
from luca.aws.queue import Received
from luca.kernel import clock, context
from luca.kernel.errors import FieldError, Forbidden, Invalid, NotFound
from luca.kernel.ids import ID
from luca.kernel.iterate import chunks
from luca.telemetry import log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from behavior.domain import Letter, RefusedEvent

    Tell = Callable[[int, int], None]

WORK, TASK = "refused_events", "behavior.redrive_refused"
PAGE = 50
MOST_AT_ONCE = 100  # that one request tries; more are a job's
MOST_OF_A_JOB = 20_000
AGAIN = 2  # receives: it was delivered before, and writes no letter
logger = log(__name__)


@dataclass(slots=True)
class Tried:
    """What became of events that were tried again."""

    stored: int = 0
    refused: int = 0
    failed: int = 0  # the table did not take them: they may pass later
    gone: int = 0  # somebody else was quicker, or their time was over
    by_reason: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tried) -> None:
        self.stored += other.stored
        self.refused += other.refused
        self.failed += other.failed
        self.gone += other.gone
        self.by_reason.update(other.by_reason)


def tell_schools(letters: Iterable[Letter]) -> None:
    """Keep what was buried where its school finds it; the letters are safe whatever happens."""
    for letter in letters:
        if not letter.school:
            continue
        try:
            with context.entered(school=letter.school):
                repository.keep_refused(apart(letter))
        except Exception as error:  # noqa: BLE001 -- the operators have the letter, and the queue goes on
            logger.warning("refused_not_listed", error=type(error).__name__)


def forget_letter(letter: Letter) -> None:
    """Take from a school's list what operators are about to send again."""
    try:
        with context.entered(school=letter.school):
            for one in apart(letter):
                repository.forget_refused(one.place)
    except Exception as error:  # noqa: BLE001 -- at worst the school tries once more what is stored already
        logger.warning("refused_not_listed", error=type(error).__name__)


def refused_events(
    limit: int = PAGE, after: str | None = None, code: str = ""
) -> tuple[list[RefusedEvent], str | None]:
    """A page of what was refused, the newest first, and the place where the next one starts."""
    _check_admin()
    if code and code not in REASONS:
        raise _unknown_reason()
    if after is not None and not ID.fullmatch(after.replace(":", "")):
        raise NotFound("There is no such page.", code="page_not_found")
    audit.seen("refused_events", f"school:{context.school()}")
    return repository.refused_page(min(limit, PAGE), after, code)


def refused_several(places: Iterable[str]) -> list[RefusedEvent]:
    """Those of the refused events that are still there."""
    _check_admin()
    asked = [one for one in dict.fromkeys(places) if ID.fullmatch(one.replace(":", ""))]
    return repository.refused_several(asked[:MOST_AT_ONCE])


def content_of(refused: RefusedEvent) -> tuple[str, Mapping[str, Any]]:
    """When it was said to have happened, and what was said beside it."""
    return said(refused.body)


def redrive_refused(places: Sequence[str]) -> Tried:
    """Try some again, under the rights of whoever sent them; what is still refused stays."""
    _check_admin()
    if len(places) > MOST_AT_ONCE:
        raise Invalid(f"At most {MOST_AT_ONCE} events at once.", code="too_many_events")
    audit.record(Action.EVENTS_REDRIVEN, f"school:{context.school()}", events=str(len(places)))
    return _tried(places)


def redrive_job(identity: str) -> jobs.Job:
    """How far a worker is that somebody asked."""
    _check_admin()
    return job_lists.one_of(WORK, identity)


def ask_to_redrive(code: str = "", reason: str = "") -> jobs.Job:
    """Have all that was refused, or what was refused for one reason, tried again by a worker."""
    _check_admin()
    if code and code not in REASONS:
        raise _unknown_reason()
    about = f"school:{context.school()}"
    audit.record(Action.EVENTS_REDRIVEN, about, reason=reason, why=code or "all")
    return jobs.start(WORK, TASK, code=code, until=clock.stamp(clock.now()))


def redrive_as_asked(asked: Mapping[str, str], tell: Tell) -> jobs.Result:
    """Do that: what was there when it was asked for, and no event twice."""
    due = _due(asked["code"], asked["until"])
    done = Tried()
    for number, some in enumerate(chunks(due, MOST_AT_ONCE)):
        tell(number * MOST_AT_ONCE, len(due))
        done.add(_tried(some))
    tell(len(due), len(due))
    counts = {"stored": done.stored, "refused": done.refused, "failed": done.failed}
    return jobs.Result({**counts, "by_reason": dict(done.by_reason)})


def _due(code: str, until: str) -> list[str]:
    found: list[str] = []
    after: str | None = None
    while len(found) < MOST_OF_A_JOB:
        page, after = repository.refused_page(PAGE, after, code)
        found += [one.place for one in page if one.refused_at <= until]
        if after is None:
            break
    return found


def _tried(places: Sequence[str]) -> Tried:
    done = Tried()
    known = repository.refused_several(places)
    done.gone = len(set(places)) - len(known)
    for one in known:
        if (
            rules.school_of(one.body) != context.school()
        ):  # written as the school's own, or not read
            _still(one, one.code, one.reason, done)
        else:
            _try(one, done)
    logger.info("refused_redriven", events=done.stored, left=done.refused, failed=done.failed)
    return done


def _try(one: RefusedEvent, done: Tried) -> None:
    try:
        verdict = judge(one.body)
    except Exception:  # noqa: BLE001 -- whatever it is, it is why this one cannot be stored now
        done.failed += 1
        return
    refusal = verdict if isinstance(verdict, Refusal) else next(iter(verdict.values()), None)
    if refusal is not None:
        _still(one, refusal.code, line(refusal.reason), done)
        return
    message = Received(one.body, receipt=one.id, id=one.id, receives=AGAIN, sent=0)
    if ingest([message]).done:
        repository.forget_refused(one.place)
        done.stored += 1
    else:
        done.failed += 1


def _still(one: RefusedEvent, code: str, reason: str, done: Tried) -> None:
    repository.refused_again(replace(one, code=code, reason=reason, tries=one.tries + 1))
    done.refused += 1
    done.by_reason[code] += 1


def _check_admin() -> None:
    if context.actor() is not None and "school_admin" not in context.groups():
        raise Forbidden("Only a school admin may do this.")


def _unknown_reason() -> Invalid:
    fault = FieldError("code", f"One of {', '.join(REASONS)}.")
    return Invalid("There is no such reason.", errors=(fault,))
