"""From an xAPI 1.0.3 statement to an event, or to what is wrong with it.

A statement about one student's doing with one activity has a place here. What
else xAPI can say is refused by name and never taken for something that it is
not. docs/xapi.md holds the table of what is taken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from behavior.domain import Refusal, Sent
from behavior.rules.grammar import IRI, NO_IRI, Account, Definition, parts_of
from behavior.rules.identity import UUID
from behavior.rules.reading import METADATA_LIMIT, MOST_EVENTS, UNREADABLE, instant
from behavior.rules.redacting import without_people
from behavior.rules.verbs import VOIDED, event_type, plain
from luca.kernel import clock
from luca.kernel.errors import FieldError, Malformed
from luca.kernel.ids import ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from behavior.rules.grammar import Actor, Attachment, Object, Verb

SOURCE = "xapi"
VERSION = re.compile(r"1\.0(\.[0-9]{1,3})?", re.ASCII)
STUDENTS_ID = "Must be the id of a student."
BY_ACCOUNT = "Names nobody here: a student is known by account.name alone."
KINDS_OF_OBJECT = {
    "StatementRef": "A statement about another statement is not taken.",
    "SubStatement": "A statement within a statement is not taken.",
    "Agent": "A statement about a person is not taken.",
    "Group": "A statement about people is not taken.",
}

_rows = msgspec.json.Decoder(list[Raw])
_sorted = msgspec.json.Encoder(order="deterministic")


def statements(body: bytes) -> list[Raw]:
    """Split a body into its statements, still unread: one, or an array of them."""
    text = body.strip()
    try:
        found = (
            _rows.decode(text) if text.startswith(b"[") else [msgspec.json.decode(text, type=Raw)]
        )
    except UNREADABLE as error:
        raise Malformed("The body is not JSON.") from error
    if not 1 <= len(found) <= MOST_EVENTS:
        raise Malformed(f"From 1 to {MOST_EVENTS} statements are taken at once, not {len(found)}.")
    return found


def statement(row: bytes | Raw) -> Sent | Refusal:
    """Return the event that a statement becomes, or everything that is wrong with it.

    The time is empty where the statement gives none: then that of its arrival counts.
    """
    try:
        found, wrong = parts_of(row)
        wrong += _faults(found)
        return Refusal(tuple(wrong)) if wrong else _event(found)
    except msgspec.ValidationError:
        return Refusal((FieldError("", "A statement is a JSON object."),))
    except UNREADABLE:
        return Refusal((FieldError("", "The statement is not JSON that can be stored."),))


def _faults(found: Mapping[str, Any]) -> Iterator[FieldError]:
    """What the types of the parts cannot say."""
    for name, check in CHECKS.items():
        if name in found:
            yield from check(found[name])
    for name, fits, message in SPELLINGS:
        if name in found and not fits(found[name]):
            yield FieldError(name, message)


def _misidentified(actor: Actor) -> Iterable[FieldError]:
    if actor.object_type == "Group" or actor.member is not UNSET:
        yield FieldError("actor", "A group did nothing here: a statement is about one student.")
        return
    if actor.object_type != "Agent":
        yield FieldError("actor.objectType", "Must be Agent.")
    # An e-mail address, plain or hashed, is no name that a school gave, and must not be kept.
    others = [one for one in ("mbox", "mbox_sha1sum", "openid") if getattr(actor, one) is not UNSET]
    for name in others:
        yield FieldError(f"actor.{name}", BY_ACCOUNT)
    if isinstance(actor.account, Account):
        if not ID.fullmatch(actor.account.name):
            yield FieldError("actor.account.name", STUDENTS_ID)
    elif not others:
        yield FieldError("actor.account", "Is required: its name is the student's id.")


def _misused(verb: Verb) -> Iterable[FieldError]:
    if plain(verb.id) == VOIDED:
        yield FieldError("verb.id", "What happened is not voided here.")


def _no_activity(of: Object) -> Iterable[FieldError]:
    if of.object_type != "Activity":
        reason = KINDS_OF_OBJECT.get(of.object_type, "Must be Activity.")
        yield FieldError("object.objectType", reason)
    elif isinstance(of.id, UnsetType):
        yield FieldError("object.id", "Is required.")
    elif not re.match(IRI, of.id):
        yield FieldError("object.id", NO_IRI)


def _detached(attachments: list[Attachment]) -> Iterable[FieldError]:
    for place, one in enumerate(attachments):
        if one.file_url is UNSET:
            yield FieldError(f"attachments.{place}", "Files are not taken; fileUrl may name one.")


def _nested(kind: str) -> Iterable[FieldError]:
    if kind == "SubStatement":
        yield FieldError("objectType", "A SubStatement is no statement.")


CHECKS: dict[str, Callable[[Any], Iterable[FieldError]]] = {
    "actor": _misidentified,
    "verb": _misused,
    "object": _no_activity,
    "attachments": _detached,
    "objectType": _nested,
}
SPELLINGS: tuple[tuple[str, Callable[[str], object], str], ...] = (
    ("id", UUID.fullmatch, "Must be a UUID."),
    ("version", VERSION.fullmatch, "Must be 1.0.3, or another 1.0."),
    ("timestamp", instant, "Must be a time in ISO 8601 with a zone."),
)


def _event(found: Mapping[str, Any]) -> Sent | Refusal:
    of: Object = found["object"]
    kind = of.definition.type if isinstance(of.definition, Definition) else UNSET
    metadata = _metadata(found)
    if len(_sorted.encode(metadata)) > METADATA_LIMIT:
        long = f"Object, result and context are longer than {METADATA_LIMIT} bytes."
        return Refusal((FieldError("", long),))
    at = instant(found.get("timestamp", ""))
    return Sent(
        type=event_type(found["verb"].id, "" if isinstance(kind, UnsetType) else kind),
        student=found["actor"].account.name,
        time=clock.stamp(at) if at else "",
        source=SOURCE,
        metadata=without_people(metadata),
        event_id=found["id"].lower() if "id" in found else None,
    )


def _metadata(found: Mapping[str, Any]) -> dict[str, Any]:
    """What was done with what, in xAPI's own words."""
    parts = {
        name: msgspec.to_builtins(found[name])
        for name in ("object", "result", "context")
        if name in found
    }
    parts["object"].pop("objectType", None)  # said or not, it is an activity
    around = parts.get("context", {}).get("contextActivities", {})
    around.update((name, [one]) for name, one in around.items() if isinstance(one, dict))
    return {"verb": found["verb"].id, **{name: part for name, part in parts.items() if part}}
