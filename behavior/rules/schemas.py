"""JSON schemas of metadata: which are taken, and what one says of an event.

A schema is a school's own text, and the consumer runs it for every event of
the school: so it is bounded. References lead to `$defs` of the same schema and
never back to themselves, regular expressions take linear time, and nothing is
fetched. What is told of an event names fields that the schema names, and never
what a field holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError, meta

from luca.kernel.errors import FieldError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonschema_rs import ValidationErrorKind

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_LIMIT = 16_384  # bytes
MOST_PARTS = 200  # schemas inside a schema, each counted wherever it is referred to
DEEPEST = 16  # of them inside each other
MOST_PATTERNS = 20
PATTERN_LIMIT = 250_000  # bytes of a compiled regular expression
REMEMBERED = 1_000  # compiled schemas of a process, some 20 MB
TOLD = 10  # faults of one event that are spelled out
# To find every fault costs as much as there may be faults, some microseconds each.
WORTH_TELLING_ALL = 20_000  # bytes of metadata times parts of the schema
LONGEST_OPTIONS = 100  # characters

ONE = frozenset(
    [
        "additionalProperties",
        "contains",
        "contentSchema",
        "else",
        "if",
        "items",
        "not",
        "propertyNames",
        "then",
    ]
)
SEVERAL = ("allOf", "anyOf", "oneOf", "prefixItems")
NAMED = ("$defs", "dependentSchemas", "patternProperties", "properties")
# Names and addresses of schemas, what makes judging exponential, and what 2020-12 has dropped.
NOT_TAKEN = frozenset(
    [
        "$anchor",
        "$dynamicAnchor",
        "$dynamicRef",
        "$id",
        "$recursiveAnchor",
        "$recursiveRef",
        "$vocabulary",
        "definitions",
        "dependencies",
        "unevaluatedItems",
        "unevaluatedProperties",
    ]
)
_REFERENCE = re.compile(r"#/\$defs/([\w.-]{1,64})", re.ASCII)
_SHOWN = re.compile(r"[\w$-]{1,64}")
_OPTION = re.compile(r"[a-z0-9_-]{1,32}", re.ASCII)
HIDDEN = "(unknown)"  # in a path: a name that only the sender uses

KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
LIMITS = {
    "minimum": "Must be {} or more.",
    "maximum": "Must be {} or less.",
    "exclusiveMinimum": "Must be more than {}.",
    "exclusiveMaximum": "Must be less than {}.",
    "minLength": "Must have {} characters or more.",
    "maxLength": "Must have {} characters or fewer.",
    "minItems": "Must have {} entries or more.",
    "maxItems": "Must have {} entries or fewer.",
    "minProperties": "Must have {} fields or more.",
    "maxProperties": "Must have {} fields or fewer.",
}
UNKNOWN_FIELDS = {"additionalProperties", "propertyNames"}
NESTED = FieldError("metadata", "Does not fit its type, and is too deep to say where.")
BROKEN = FieldError("type", "Has a schema that Luca cannot read: define the type anew.")


class _Unfit(ValueError):
    """Why a schema is not taken."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    validator: Draft202012Validator
    parts: int
    names: frozenset[str]  # fields that the schema speaks of
    takes_nothing: bool  # whether empty metadata is all right


class _Walk:
    """One look at everything in a schema that is well formed."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.definitions = schema.get("$defs", {})
        self.names: set[str] = set()
        self.patterns = 0
        self.parts = self._size(schema, 1)

    def _size(self, part: Any, depth: int) -> int:
        """Count the schemas inside; a reference back to itself is without end."""
        if depth > DEEPEST:
            raise _Unfit(f"Is more than {DEEPEST} deep, or refers back to itself.")
        if isinstance(part, bool):
            return 1
        self._note(part, depth)
        size = 1
        for child in self._children(part):
            size += self._size(child, depth + 1)
            if size > MOST_PARTS:
                raise _Unfit(f"Has more than {MOST_PARTS} schemas inside.")
        return size

    def _note(self, part: dict[str, Any], depth: int) -> None:
        if refused := NOT_TAKEN & part.keys():
            raise _Unfit(f"{min(refused)} is not taken.")
        if "$schema" in part and (depth > 1 or part["$schema"] != DIALECT):
            raise _Unfit(f"$schema may be {DIALECT} only, and only once.")
        self.names.update(part.get("properties", ()), part.get("required", ()))
        self.names.update(*part.get("dependentRequired", {}).values())
        self.patterns += len(part.get("patternProperties", ())) + ("pattern" in part)
        if self.patterns > MOST_PATTERNS:
            raise _Unfit(f"Has more than {MOST_PATTERNS} patterns.")

    def _children(self, part: dict[str, Any]) -> Iterator[Any]:
        yield from (part[name] for name in sorted(ONE & part.keys()))
        for name in SEVERAL:
            yield from part.get(name, ())
        for name in NAMED:
            yield from part.get(name, {}).values()
        if "$ref" in part:
            yield self._referred(part["$ref"])

    def _referred(self, reference: str) -> Any:
        found = _REFERENCE.fullmatch(reference)
        if found is None or found[1] not in self.definitions:
            raise _Unfit("A $ref may lead to #/$defs/… of the same schema only.")
        return self.definitions[found[1]]


def faults_of(schema: dict[str, Any]) -> list[FieldError]:
    """Say why a schema cannot be taken; nothing if it can."""
    if len(msgspec.json.encode(schema)) > SCHEMA_LIMIT:
        return [FieldError("schema", f"Is longer than {SCHEMA_LIMIT} bytes.")]
    if schema.get("type") != "object":
        return [FieldError("schema.type", 'Must be "object": metadata is one.')]
    try:
        _compile(schema)
    except ValidationError as error:
        path = ["schema", *map(_shown, error.instance_path)]
        return [FieldError(".".join(path), "Is not JSON Schema of draft 2020-12.")]
    except _Unfit as error:
        return [FieldError("schema", str(error))]
    except ValueError:  # the validator's own bound on nesting
        return [FieldError("schema", "Is nested too deeply.")]
    return []


def spelled(schema: dict[str, Any]) -> str:
    """A schema as it is stored: one spelling, whatever order it came in."""
    return msgspec.json.encode(schema, order="sorted").decode()


def misfits(schema: str, metadata: str) -> tuple[FieldError, ...]:
    """What a stored schema says against an event's metadata; nothing if it fits."""
    compiled = _compiled(schema)
    if compiled is None:
        return (BROKEN,)
    if metadata == "{}" and compiled.takes_nothing:
        return ()
    found = msgspec.json.decode(metadata)
    try:
        if compiled.validator.is_valid(found):
            return ()
        return tuple(islice(_faults(compiled, found, len(metadata)), TOLD))
    except ValueError:  # the validator's own bound on nesting
        return (NESTED,)


def _compile(schema: dict[str, Any]) -> _Compiled:
    meta.validate({**schema, "$schema": DIALECT})
    walk = _Walk(schema)
    validator = Draft202012Validator(
        schema,
        validate_formats=False,  # notes, as the standard has it
        offline=True,
        pattern_options=RegexOptions(size_limit=PATTERN_LIMIT),
    )
    return _Compiled(validator, walk.parts, frozenset(walk.names), validator.is_valid({}))


@lru_cache(maxsize=REMEMBERED)
def _compiled(schema: str) -> _Compiled | None:
    try:
        return _compile(msgspec.json.decode(schema))
    except ValueError:  # a newer validator is stricter than the one that took it
        return None


def _faults(compiled: _Compiled, metadata: Any, length: int) -> Iterator[FieldError]:
    if length * compiled.parts <= WORTH_TELLING_ALL:
        errors = list(compiled.validator.iter_errors(metadata))
    else:
        errors = _first(compiled, metadata)
    for error in errors:
        path = [_known(one, compiled.names) for one in error.instance_path]
        field, message = _told(error.kind)
        yield FieldError(".".join(["metadata", *path, *field]), message)


def _first(compiled: _Compiled, metadata: Any) -> list[ValidationError]:
    try:
        compiled.validator.validate(metadata)
    except ValidationError as error:
        return [error]
    return []


def _known(name: str | int, names: frozenset[str]) -> str:
    """A place in a list, or a name that the schema uses: others may be anything, also people's."""
    return _shown(name) if isinstance(name, int) or name in names else HIDDEN


def _shown(name: str | int) -> str:
    return str(name) if isinstance(name, int) or _SHOWN.fullmatch(name) else HIDDEN


def _told(kind: ValidationErrorKind) -> tuple[list[str], str]:
    """Which field below is meant, and what is wrong in words of ours."""
    name = kind.name
    if name in {"required", "dependentRequired"}:
        return [_shown(str(kind.value))], "Is required."
    if name in UNKNOWN_FIELDS:
        return [HIDDEN], "Is not known here."
    if name in LIMITS:
        return [], LIMITS[name].format(kind.value)
    if name in CHOICES:
        return [], CHOICES[name](kind.value)
    return [], f"Does not fit what its type says ({name})."


def _kinds(names: list[str]) -> str:
    return f"Must be {' or '.join(KINDS[one] for one in names)}."


def _options(options: list[Any]) -> str:
    """Spell out a choice of short words; others might be whatever a school has written."""
    text = ", ".join(map(str, options))
    plain = all(isinstance(one, str) and _OPTION.fullmatch(one) for one in options)
    if plain and 0 < len(text) <= LONGEST_OPTIONS:
        return f"Must be one of {text}."
    return "Must be one of the values that its type lists."


CHOICES: dict[str, Callable[[Any], str]] = {
    "type": _kinds,
    "enum": _options,
    "falseSchema": lambda _: "Is or has what its type does not take.",
}
