"""Removes one person from everywhere, but for what the law wants kept under an id.

It goes in steps that are each safe to repeat: the journal says what the first attempt
found, items outside the person's own partitions go before those that lead to them, the
profile goes last, and the certificate is written with the end of the journal. Killed
anywhere, the next attempt finds what is left by the same way and finishes.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from govsync import services as govsync
from lake import services as lake
from luca.aws import audit, identity, job_files, storage, store
from luca.aws.audit import OPERATOR, Action
from luca.aws.store import raw
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, FieldError, Invalid, NotFound
from luca.kernel.ids import uuid7
from luca.privacy import gathering, models
from luca.privacy.gathering import Found, Tick, kind_of, place_of
from luca.privacy.models import BEGUN, DONE, CertificateItem, ErasureItem
from luca.privacy.register import Fate, Kind
from luca.privacy.wording import FOR_HOW_LONG
from tenants import services as tenants
from tenants.domain import PeriodState
from tenants.services import held

if TYPE_CHECKING:
    from luca.aws.store.raw import Raw

PASSES = 4  # what others write meanwhile is found by the next one
LONGEST_REASON = 500
NAMING = "reasons"  # beside the journal's counts
GOING = frozenset({Fate.REMOVE, Fate.STRIP})


@dataclass(slots=True)
class Plan:
    """What would become of each item, counted by store and fate."""

    found: Found
    fates: list[tuple[Raw, Kind, Fate]]
    files: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)  # of the sync, which stays without the person

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        counted: dict[str, Counter[str]] = {}
        for _, kind, fate in self.fates:
            counted.setdefault(kind.section or "other", Counter())[fate.value] += 1
        if self.found.logins:
            counted["login"] = Counter({Fate.REMOVE.value: len(self.found.logins)})
        if self.files:
            counted["files"] = Counter({Fate.REMOVE.value: len(self.files)})
        if self.evidence:
            counted["evidence"] = Counter({Fate.STRIP.value: len(self.evidence)})
        return {name: dict(fates) for name, fates in sorted(counted.items())}

    @property
    def work(self) -> list[tuple[Raw, Kind, Fate]]:
        return [one for one in self.fates if one[2] in GOING]

    @property
    def is_empty(self) -> bool:
        return not (self.work or self.found.logins or self.files or self.evidence)


def plan(person: str, tick: Tick = str) -> Plan:
    """Look what an erasure would do; refuse while a sync holds records or a period is closing."""
    closing = [one.id for one in tenants.periods() if one.state is PeriodState.CLOSING]
    if closing:
        message = f"Period {closing[0]} is closing; repeat this when it is closed."
        raise Conflict(message, code="period_closing")
    tick("sync")
    govsync.check_settled(person)
    found = gathering.everything(person, tick)
    _check_account_settled(found)
    ended = _ended()
    fates = [(item, kind_of(item), _fate(item, ended)) for item in found.items]
    naming = [name for name in found.files if _names_somebody(name, found)]
    # Printed lists and answers are not searched: they go, and are made again when somebody asks.
    kept = [*storage.names(job_files.FOLDER), *lake.answers_kept()]
    printed = [name for name in kept if name not in naming]
    evidence = govsync.evidence_naming(found.sent, found.marks)
    return Plan(found, fates, [*naming, *printed], evidence)


def _ended() -> set[str]:
    """The periods whose academic record stays, in the table and in the lake."""
    return {str(one.id) for one in tenants.periods() if not one.is_open}


def _check_account_settled(found: Found) -> None:
    """A worker that is at it might make the account anew, at an address nobody knows then."""
    open_work = [
        one
        for one in found.items
        if one.get("kind") in {"invitation", "account_order"} and one.get("state") == "waiting"
    ]
    if open_work:
        message = "An invitation or order for this account is under way; repeat this in a minute."
        raise Conflict(message, code="order_open")


def erase(person: str, reason: str, tick: Tick = str) -> dict[str, Any]:
    """Erase a person and return the certificate; repeating it returns the same one again."""
    journal = models.get_journal(person)
    planned = plan(person, tick)
    _check_reason(reason, planned.found)
    if journal is not None and journal.state == DONE and planned.is_empty:
        return _certificate_of(journal)
    if journal is None and not planned.found.profiles and planned.is_empty:
        raise NotFound("There is no such person.", code="person_not_found")
    if journal is None or journal.state == DONE:  # something has come in since
        journal = _begin(person, reason, planned)
    for _ in range(PASSES):
        _carry_out(planned, tick)
        planned = plan(person, tick)
        if planned.is_empty:
            return _finish(journal, planned)
    raise Conflict(
        "Somebody keeps writing about this person; repeat this.", code="changed_meanwhile"
    )


def _fate(item: Raw, ended: set[str]) -> Fate:
    kind = kind_of(item)
    if kind.fate is Fate.RECORD:
        period = item.get("period") or item["PK"].rpartition("#")[2]  # of a roster: in its key
        return Fate.KEEP if period in ended else Fate.REMOVE
    if kind.strip and not any(item.get(name) for name in kind.strip):
        return Fate.KEEP  # stripped before
    return kind.fate


def _names_somebody(name: str, found: Found) -> bool:
    """Whether a file holds more of the person than ids. All files of Luca can be made again."""
    text = (storage.read(name) or b"").decode(errors="replace")
    return any(json.dumps(mark, ensure_ascii=False) in text for mark in found.marks)


def _check_reason(reason: str, found: Found) -> None:
    """The reason is kept for good: it must not say who it was."""
    message = ""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        message = f"Give a reason of at most {LONGEST_REASON} characters."
    elif any(mark.casefold() in reason.casefold() for mark in found.marks):
        message = "The reason is kept: it must not hold a name, an e-mail address or a CURP."
    if message:
        raise Invalid(message, errors=(FieldError("reason", message),))
    tenants.check_names_nobody(reason, found.person)


def _naming(found: Found) -> int:
    """How many entries of the audit log name the person in their reason: those stay."""
    reasons = [str(one.get("reason", "")) for one in found.items if one.get("kind") == "audit"]
    return sum(any(mark in reason for mark in found.marks) for reason in reasons)


def _begin(person: str, reason: str, planned: Plan) -> ErasureItem:
    now = clock.now()
    journal = ErasureItem(
        models.place(),
        models.journal(person),
        person=person,
        state=BEGUN,
        certificate=uuid7(now),
        began=now,
        reason=reason.strip(),
        counts={**planned.counts, NAMING: {"audit": _naming(planned.found)}},
    )
    work = store.Transaction()
    work.put(journal)
    audit.join(work, Action.ERASURE_BEGUN, f"person:{person}", reason=reason.strip())
    store.patiently(work)
    return journal


def _carry_out(planned: Plan, tick: Tick) -> None:
    person = planned.found.person
    for login in planned.found.logins:
        tick("login")
        identity.delete(login["username"])
    for name in planned.files:
        tick("files")
        storage.delete(name)
    if planned.evidence:
        tick("evidence")
        govsync.strip_evidence(planned.found.sent, planned.found.marks)
    own = set(held.own_partitions(person))
    for item, kind, _ in sorted(planned.work, key=lambda one: _turn(one[0], own)):
        tick(kind.section)
        _erase(item, kind, person)
    tick("files")
    job_files.throw_away()  # last: what jobs read from now on holds nothing of the person


def _turn(item: Raw, own: set[str]) -> int:
    """Mirrors before the items they are found by; what names addresses and words at the end."""
    if item.get("kind") in gathering.PROFILES:
        return 3
    if item.get("kind") in {"account", "invitation", "account_order"}:
        return 2
    return 1 if item["PK"] in own else 0


def _erase(item: Raw, kind: Kind, person: str) -> None:
    listed = gathering.LISTS.get(item["kind"])
    if listed:
        raw.discard(place_of(item), listed, person)
    elif kind.fate is Fate.STRIP:
        raw.strip(place_of(item), kind.strip)
    else:
        raw.remove(place_of(item))


def _finish(journal: ErasureItem, left: Plan) -> dict[str, Any]:
    """Write certificate, the lake's order, the audit entry and the end of the journal at once."""
    now = clock.now()
    certificate = _certificate(journal, left)
    at, number = models.place(), journal.certificate
    text = json.dumps(certificate, sort_keys=True, ensure_ascii=False)
    journal.state = DONE
    work = store.Transaction()
    work.put(
        CertificateItem(at, models.certificate(number), person=journal.person, at=now, content=text)
    )
    lake.order_erasure(work, journal.person, until=now, certificate=number, keeps=_ended())
    work.put(journal)
    audit.join(
        work,
        Action.PERSON_ERASED,
        f"person:{journal.person}",
        reason=journal.reason,
        certificate=number,
    )
    store.patiently(work)
    return certificate


def _certificate(journal: ErasureItem, left: Plan) -> dict[str, Any]:
    kept = {
        name: fates
        for name, fates in left.counts.items()
        if name not in {"erasures", "audit"} and fates
    }
    audited = [one for one in left.found.items if one.get("kind") == "audit"]
    content = {
        "certificate": journal.certificate,
        "school": context.school(),
        "person": journal.person,
        "reason": journal.reason,
        "by": context.actor() or OPERATOR,
        "began": clock.stamp(journal.began),
        "finished": clock.stamp(clock.now()),
        "found": {name: n for name, n in journal.counts.items() if name != NAMING},
        "kept": {**kept, "audit": {Fate.KEEP.value: len(audited)}},
        "kept_why": FOR_HOW_LONG,
        "audit_reasons_naming": journal.counts.get(NAMING, {}).get("audit", 0),
        "lake": lake.said_of_an_order(),
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
    return {**content, "sha256": hashlib.sha256(text).hexdigest()}


def _certificate_of(journal: ErasureItem) -> dict[str, Any]:
    found = models.get_certificate(journal.certificate)
    if found is None:
        raise NotFound("The certificate is missing.", code="certificate_not_found")
    content: dict[str, Any] = json.loads(found.content)
    return content
