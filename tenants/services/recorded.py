"""Reading what was recorded: for a school's admin, and for the operator."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

from luca.aws import audit
from luca.aws.audit import Action
from luca.aws.store import Key
from luca.kernel import clock, context, days
from luca.kernel.errors import FieldError, Forbidden, Invalid, TooLarge
from luca.kernel.ids import ID
from tenants.domain import AuditEntry, AuditSearch
from tenants.repository import audit as repository
from tenants.services.schools import school_zone

DAYS = 31  # that are looked at for one page
FILTERED = 500  # entries of a day that are looked at for one page when only some are wanted
MONTHS = 2  # that are looked at for one leaf: a person waits for each of them
LEAFED = 2_000  # entries of a month that are looked at for one leaf when only some are wanted
USUAL = timedelta(days=30)
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)  # no entry is older
MOST_EXPORTED = 20_000
LONGEST_EXPORT = timedelta(days=366)
_ABOUT = re.compile(r"[a-z_]{1,32}:[A-Za-z0-9._~-]{1,64}(/[A-Za-z0-9._~-]{1,64}){0,3}")


def audit_search(
    *,
    since: str = "",
    until: str = "",
    actor: str = "",
    action: str = "",
    about: str = "",
    zone: tzinfo | None = None,
) -> AuditSearch:
    """Read what somebody asks for; days are the school's, and the last one is included."""
    zone = zone or school_zone()
    end = min(_instant(until, "until", zone, ending=True) or _soon(), _soon())
    end = max(end, EARLIEST)  # thirty days before the first day of the calendar there is none
    start = max(_instant(since, "since", zone) or end - USUAL, EARLIEST)
    faults = {
        "since": "" if start < end else "It must be before `until`.",
        "actor": "" if not actor or ID.fullmatch(actor) else "The id of a person.",
        "action": "" if not action or action in _actions() else "One of the known actions.",
        "about": "" if not about or _ABOUT.fullmatch(about) else "It is spelled kind:id.",
    }
    errors = tuple(FieldError(name, message) for name, message in faults.items() if message)
    if errors:
        raise Invalid("The search is not valid.", errors=errors)
    return AuditSearch(start, end, actor, action, about)


def _soon() -> datetime:
    return clock.now() + timedelta(seconds=1)


def _actions() -> set[str]:
    return {one.value for one in Action}


def _instant(text: str, field: str, zone: tzinfo, *, ending: bool = False) -> datetime | None:
    try:
        return days.instant(text, zone, ending=ending) if text else None
    except ValueError:
        message = "A date, or a time with its zone: 2026-11-21, 2026-11-21T08:00:00Z."
        raise Invalid("The search is not valid.", errors=(FieldError(field, message),)) from None


def audit_entries(
    search: AuditSearch, *, limit: int, start: Key | None = None
) -> tuple[list[AuditEntry], Key | None]:
    """A page of entries, the newest first.

    At most a month is looked at: a page may be short, even empty, although more follow.
    """
    _check()
    on, below = _place(search, start)
    found: list[AuditEntry] = []
    for _ in range(DAYS):
        if on < search.since.date() or len(found) == limit:
            break
        room = limit - len(found)
        page, below = repository.of_day(on, search, limit=_reads(search, room), below=below)
        found += page[:room]
        if len(page) > room:
            below = repository.key_of(found[-1])
        elif not below:
            on -= days.DAY
    more = on >= search.since.date()
    return found, {"day": on.isoformat(), "below": below} if more else None


def acts_about(about: str, *, limit: int = 50) -> list[AuditEntry]:
    """What was done about one record, the newest first; who only looked at it is not in there."""
    _check()
    return repository.about(about, limit)


def audit_leaf(
    search: AuditSearch, *, limit: int, start: Key | None = None
) -> tuple[list[AuditEntry], Key | None]:
    """The same for whoever leafs through it: two questions to the table at most.

    An index answers, so what was done a moment ago may be missing.
    """
    _check()
    on, below = _place(search, start)
    found: list[AuditEntry] = []
    for _ in range(MONTHS):
        room = limit - len(found)
        looked = LEAFED if search.actor or search.action or search.about else room
        page, below = repository.of_month(on, search, limit=looked, below=below)
        found += page[:room]
        if len(page) > room:
            below = repository.key_of(found[-1])
        elif not below:
            on = on.replace(day=1) - days.DAY
        if on < search.since.date() or len(found) == limit:
            break
    more = on >= search.since.date()
    return found, {"day": on.isoformat(), "below": below} if more else None


def audit_entry(at: str, identity: str) -> AuditEntry | None:
    """One entry, by its instant and its id."""
    _check()
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    if moment.tzinfo is None or not ID.fullmatch(identity):
        return None
    return repository.one(moment.astimezone(UTC), identity)


def _place(search: AuditSearch, start: Key | None) -> tuple[date, str]:
    if start is None:
        return search.until.date(), ""
    return date.fromisoformat(start["day"]), start["below"]


def _reads(search: AuditSearch, room: int) -> int:
    return FILTERED if search.actor or search.action or search.about else room


def exported_audit(search: AuditSearch) -> list[AuditEntry]:
    """All entries at once, the newest first; that they were handed out is one itself."""
    if search.until - search.since > LONGEST_EXPORT:
        fault = FieldError("since", f"At most {LONGEST_EXPORT.days} days at a time.")
        raise Invalid("That is too long a time.", errors=(fault,))
    found: list[AuditEntry] = []
    for entry in every_audit_entry(search):
        found.append(entry)
        if len(found) > MOST_EXPORTED:
            raise TooLarge(
                f"There are more than {MOST_EXPORTED} entries: ask for less time at once.",
                code="too_many_entries",
            )
    note_export(search, len(found))
    return found


def every_audit_entry(search: AuditSearch) -> Iterator[AuditEntry]:
    """Yield the entries, however many."""
    following: Key | None = None
    while True:
        page, following = audit_entries(search, limit=FILTERED, start=following)
        yield from page
        if following is None:
            return


def note_export(search: AuditSearch, rows: int) -> None:
    """Record that the log itself was handed out."""
    audit.record(
        Action.AUDIT_EXPORTED,
        f"school:{context.school()}",
        since=clock.stamp(search.since),
        until=clock.stamp(search.until),
        rows=str(rows),
    )


def _check() -> None:
    """The log tells about everybody: it is the admins', and the operator's."""
    if context.actor() is not None and "school_admin" not in context.groups():
        raise Forbidden("Only a school admin may read the audit log.")
