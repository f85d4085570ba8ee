"""The intrinsic functions that templates may call: `States.Format('{} of {}', $.a, $.b)`."""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import count
from typing import Any
from uuid import UUID

from govsync.engine import paths
from govsync.engine.errors import INTRINSIC, StateError

Arguments = list[Any]


def _format(arguments: Arguments) -> str:
    template, *values = arguments
    pieces = re.split(r"(?<!\\)\{\}", template)
    if len(pieces) != len(values) + 1:
        raise ValueError("as many values as {} are needed")
    words = [value if isinstance(value, str) else compact(value) for value in values]
    text = "".join(piece + word for piece, word in zip(pieces, [*words, ""], strict=True))
    return re.sub(r"\\([{}\\'])", r"\1", text)


def compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


FUNCTIONS: dict[str, Callable[[Arguments], Any]] = {
    "States.Array": list,
    "States.ArrayLength": lambda given: len(given[0]),
    "States.Base64Decode": lambda given: base64.b64decode(given[0], validate=True).decode(),
    "States.Base64Encode": lambda given: base64.b64encode(given[0].encode()).decode(),
    "States.Format": _format,
    "States.JsonToString": lambda given: compact(given[0]),
    "States.MathAdd": lambda given: given[0] + given[1],
    "States.StringToJson": lambda given: json.loads(given[0]),
}
IDENTITY = "States.UUID"
_TOKEN = re.compile(
    r"\s*(?:(?P<name>States\.[A-Za-z0-9]+)\s*\("
    r"|'(?P<text>(?:[^'\\]|\\.)*)'"
    r"|(?P<path>\$[^,()\s]*)"
    r"|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<word>null|true|false)"
    r"|(?P<mark>[(),]))"
)
Node = tuple[str, Any]  # ("call", (name, [nodes])), ("path", text) or ("value", anything)


class Expression:
    """One parsed value of a template: a path, or a function with its arguments."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self.node = self._value()
        if text[self._position :].strip():
            raise ValueError(f"{text!r} goes on after its end.")

    def evaluate(self, data: Any, context: Any, identities: Iterator[str]) -> Any:
        return _evaluate(self.node, data, context, identities)

    def _value(self) -> Node:
        found = self._next()
        if found["name"]:
            if found["name"] not in FUNCTIONS and found["name"] != IDENTITY:
                raise ValueError(f"{found['name']} is not a function that this engine knows.")
            return "call", (found["name"], self._arguments())
        if found["path"]:
            paths.parse(found["path"])
            return "path", found["path"]
        if found["text"] is not None:
            return "value", found["text"]
        if found["number"] or found["word"]:
            return "value", json.loads(found["number"] or found["word"])
        raise ValueError(f"{self._text!r} is neither a path nor a function.")

    def _arguments(self) -> list[Node]:
        if self._peek() == ")":
            self._next()
            return []
        nodes = [self._value()]
        while (mark := self._next()["mark"]) == ",":
            nodes.append(self._value())
        if mark != ")":
            raise ValueError(f"A ) is missing in {self._text!r}.")
        return nodes

    def _peek(self) -> str:
        return self._text[self._position :].lstrip()[:1]

    def _next(self) -> dict[str, str | Any]:
        found = _TOKEN.match(self._text, self._position)
        if found is None:
            raise ValueError(f"{self._text!r} cannot be read from character {self._position} on.")
        self._position = found.end()
        return found.groupdict()


def _evaluate(node: Node, data: Any, context: Any, identities: Iterator[str]) -> Any:
    kind, content = node
    if kind == "value":
        return content
    if kind == "path":
        return paths.read(content, data, context)
    name, arguments = content
    if name == IDENTITY:
        return next(identities)
    values = [_evaluate(one, data, context, identities) for one in arguments]
    try:
        return FUNCTIONS[name](values)
    except (ValueError, TypeError, IndexError, AttributeError, binascii.Error) as error:
        raise StateError(INTRINSIC, f"{name}: {error}") from error


def check(template: Any) -> None:
    """Raise ValueError for a template that could never be filled."""
    if isinstance(template, list):
        for one in template:
            check(one)
    if isinstance(template, dict):
        for name, value in template.items():
            if name.endswith(".$"):
                _checked(name, value)
            else:
                check(value)


def _checked(name: str, value: Any) -> None:
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a path or a function.")  # noqa: TRY004 -- what load refuses is a ValueError
    Expression(value)


@lru_cache(maxsize=1024)  # the same few templates are filled at every step
def _parsed(text: str) -> Expression:
    return Expression(text)


def fill(template: Any, data: Any, context: Any, seed: str) -> Any:
    """Return a template with each `name.$` replaced by `name` and its value.

    The same seed gives the same identities: a step that is taken again is the same step.
    """
    return _fill(template, data, context, _identities(seed))


def _fill(template: Any, data: Any, context: Any, identities: Iterator[str]) -> Any:
    if isinstance(template, list):
        return [_fill(one, data, context, identities) for one in template]
    if not isinstance(template, dict):
        return template
    return {
        name.removesuffix(".$"): _parsed(value).evaluate(data, context, identities)
        if name.endswith(".$")
        else _fill(value, data, context, identities)
        for name, value in template.items()
    }


def _identities(seed: str) -> Iterator[str]:
    """One for each place of a template, in their order; formed as the language has them (v4)."""
    for number in count():
        digest = hashlib.sha256(f"{seed}/{number}".encode()).digest()
        yield str(UUID(bytes=digest[:16], version=4))
