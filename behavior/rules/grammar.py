"""The parts of an xAPI 1.0.3 statement, as far as they are read and kept.

Whatever a part says beside these fields, the names of people among it, is
passed over when it is read.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType, field

from luca.kernel.errors import FieldError

IRI = r"\A[A-Za-z][A-Za-z0-9+.-]*:\S+\Z"
NO_IRI = "Must be an address (IRI)."

Address = Annotated[str, Meta(pattern=IRI)]
Number = int | float
Scaled = Annotated[int, Meta(ge=-1, le=1)] | Annotated[float, Meta(ge=-1, le=1)]
Texts = dict[str, str]
Anything = dict[str, Any]


class _Part(Struct, rename="camel", omit_defaults=True):
    """A piece of a statement. Fields that are not named are not kept."""


class Account(_Part):
    name: str


class Actor(_Part):
    account: Account | UnsetType = UNSET
    object_type: str = "Agent"
    member: Raw | UnsetType = UNSET
    mbox: Raw | UnsetType = UNSET
    mbox_sha1sum: Raw | UnsetType = field(default=UNSET, name="mbox_sha1sum")
    openid: Raw | UnsetType = UNSET


class Verb(_Part):
    id: Address


class Definition(_Part):
    type: Address | UnsetType = UNSET
    name: Texts | UnsetType = UNSET
    interaction_type: str | UnsetType = UNSET
    extensions: Anything | UnsetType = UNSET


class Related(_Part):
    id: Address
    definition: Definition | UnsetType = UNSET


class Object(_Part):
    id: str | UnsetType = UNSET  # an address, if it is an activity's
    object_type: str = "Activity"
    definition: Definition | UnsetType = UNSET


class Score(_Part):
    scaled: Scaled | UnsetType = UNSET
    raw: Number | UnsetType = UNSET
    min: Number | UnsetType = UNSET
    max: Number | UnsetType = UNSET


class Result(_Part):
    score: Score | UnsetType = UNSET
    success: bool | UnsetType = UNSET
    completion: bool | UnsetType = UNSET
    response: str | UnsetType = UNSET
    duration: str | UnsetType = UNSET
    extensions: Anything | UnsetType = UNSET


class Around(_Part):
    parent: Related | list[Related] | UnsetType = UNSET
    grouping: Related | list[Related] | UnsetType = UNSET
    category: Related | list[Related] | UnsetType = UNSET
    other: Related | list[Related] | UnsetType = UNSET


class Context(_Part):
    registration: str | UnsetType = UNSET
    context_activities: Around | UnsetType = UNSET
    revision: str | UnsetType = UNSET
    platform: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    extensions: Anything | UnsetType = UNSET


class Attachment(_Part):
    file_url: str | UnsetType = UNSET


PARTS: dict[str, Any] = {
    "id": str,
    "actor": Actor,
    "verb": Verb,
    "object": Object,
    "result": Result,
    "context": Context,
    "timestamp": str,
    "version": str,
    "attachments": list[Attachment],
    "objectType": str,
}
REQUIRED = ("actor", "verb", "object")
_whole = msgspec.json.Decoder(dict[str, Raw])
_decoders = {name: msgspec.json.Decoder(kind) for name, kind in PARTS.items()}
_MISSING = re.compile(r"Object missing required field `(?P<field>\w+)`")


def parts_of(row: bytes | Raw) -> tuple[dict[str, Any], list[FieldError]]:
    """Read each part by itself: what can be read, and what is wrong with the rest."""
    given = _whole.decode(row)
    found, wrong = {}, [FieldError(one, "Is required.") for one in REQUIRED if one not in given]
    for name in PARTS:
        if name in given:
            try:
                found[name] = _decoders[name].decode(given[name])
            except msgspec.ValidationError as error:
                wrong.append(_misfit(name, str(error)))
    return found, wrong


def _misfit(part: str, text: str) -> FieldError:
    """Say what msgspec says, with the field's whole path."""
    message, _, path = text.partition(" - at `$")
    place = re.sub(r"\[(\w+)\]", r".\1", path.rstrip("`").replace("[...]", ""))
    missing = _MISSING.fullmatch(message)
    if missing:
        return FieldError(f"{part}{place}.{missing['field']}", "Is required.")
    return FieldError(f"{part}{place}", NO_IRI if "matching regex" in message else f"{message}.")
