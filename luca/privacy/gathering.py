"""Finds everything that is held about one person, wherever it lies."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from behavior.services import held as behavior
from govsync import services as govsync
from lake import services as lake
from luca.aws import audit, storage
from luca.aws.identity import held as pool
from luca.aws.store import raw
from luca.kernel import clock, context
from luca.kernel.errors import NotFound
from luca.kernel.ids import ID
from luca.privacy import models
from luca.privacy.register import KINDS, UNKNOWN, Kind
from tenants.services import held as tenants

if TYPE_CHECKING:
    from luca.aws.store.raw import Place, Raw

Tick = Callable[[str], object]
AUDIT_BEGAN = date(2026, 11, 20)  # the software kept no audit log before
LISTS = {"admins": "people"}  # kinds that name many people, and where
PROFILES = frozenset({"student", "teacher", "guardian"})


@dataclass(slots=True)
class Found:
    """All of one person."""

    person: str
    items: list[Raw] = field(default_factory=list)
    logins: list[dict[str, Any]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)  # files of calls that carried the person

    @property
    def sent(self) -> list[Raw]:
        """What the government sync holds of the person."""
        return [one for one in self.items if one.get("kind") == "sync_record"]

    @property
    def exists(self) -> bool:
        return bool(self.logins or [one for one in self.items if one.get("kind") != "audit"])

    @property
    def profiles(self) -> list[Raw]:
        return [one for one in self.items if one.get("kind") in PROFILES]

    @property
    def marks(self) -> list[str]:
        """The texts by which the person could be recognised."""
        names = ("given_name", "family_name", "curp", "email", "external_id")
        held = [one.get(name) for one in self.items for name in names]
        held += [login["attributes"].get("email") for login in self.logins]
        return sorted({str(one) for one in held if one})


def everything(person: str, tick: Tick = str) -> Found:
    """Gather it; NotFound when the school holds nothing about such a person."""
    if not ID.fullmatch(person):
        raise NotFound("There is no such person.", code="person_not_found")
    found = Found(person)
    tick("items")
    found.items = list(_items(person))
    tick("audit")
    found.items += _audited(person)
    tick("login")
    for address in sorted(tenants.addresses_of(person)):
        login = pool.held(address, context.school(), person)
        if login is not None:
            found.logins.append(login)
    tick("files")
    found.files = [name for name in _others() if _mentions(name, found)]
    found.evidence = govsync.evidence_of(found.sent)
    if not found.exists:
        raise NotFound("There is no such person.", code="person_not_found")
    return found


def place_of(item: Raw) -> Place:
    return item["PK"], item["SK"]


def kind_of(item: Raw) -> Kind:
    return KINDS.get(item.get("kind", ""), UNKNOWN)


def _items(person: str) -> Iterator[Raw]:
    """Items outside the person's partitions first: the others say where those are."""
    places = dict.fromkeys(tenants.places_of(person))
    places |= dict.fromkeys(govsync.places_of(person))
    places |= dict.fromkeys(behavior.places_of(person))
    places[tenants.admins_place()] = None
    places[models.place(), models.journal(person)] = None
    places[lake.place_of_order(person)] = None
    for one in models.certificates():
        if one.person == person:
            places[one.pk, one.sk] = None
    for item in raw.several(places):
        if _is_about(item, person):
            yield item
    for pk in tenants.own_partitions(person):
        yield from raw.partition(pk)


def _is_about(item: Raw, person: str) -> bool:
    """A look-up may have passed to somebody else, and a set may lack the person."""
    kind = item.get("kind", "")
    if kind in LISTS:
        return person in item.get(LISTS[kind], [])
    return kind != "lookup" or item.get("person") == person


def _audited(person: str) -> Iterator[Raw]:
    day, today = AUDIT_BEGAN, clock.now().date()
    while day <= today:
        for entry in raw.partition(audit.day(day)):
            if person in _named(entry):
                yield entry
        day += timedelta(days=1)


def _named(entry: Raw) -> set[str]:
    """The ids in an entry: who acted, about whom, and in the details."""
    about = str(entry.get("about", "")).partition(":")[2]
    details = entry.get("details") or "{}"
    values = json.loads(details) if isinstance(details, str) else details
    texts = [about, *(str(one) for one in values.values())]
    return {str(entry.get("actor", ""))} | {part for t in texts for part in re.split(r"[/,]", t)}


def _others() -> list[str]:
    """Files that only a search can tell; evidence is found by the ledger."""
    return [name for name in storage.names() if not govsync.is_evidence(name)]


def _mentions(name: str, found: Found) -> bool:
    text = (storage.read(name) or b"").decode(errors="replace")
    ids = [found.person]
    ids += [one[name] for one in found.sent for name in ("record", "sent_as") if one.get(name)]
    words = [*(f'"{one}"' for one in ids), *(_quoted(mark) for mark in found.marks)]
    return any(word in text for word in words)


def _quoted(mark: str) -> str:
    return json.dumps(mark, ensure_ascii=False)
