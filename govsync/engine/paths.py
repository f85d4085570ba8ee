"""Reference paths: `$.a.b[0]`, `$['a b']`, and `$$.` for the context object."""

import re
from functools import lru_cache
from typing import Any

from govsync.engine.errors import RUNTIME, StateError

_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_-]*)|\[(\d+)\]|\['([^'\]]+)'\]")
Part = str | int


@lru_cache(maxsize=1024)  # a machine has a few, and reads them at every step
def parse(path: str) -> tuple[bool, tuple[Part, ...]]:
    """Return whether a path reads the context object, and its steps; ValueError if malformed."""
    context = path.startswith("$$")
    rest = path[2:] if context else path[1:]
    if not path.startswith("$"):
        raise ValueError(f"{path!r} is not a path: it must begin with $.")
    parts: list[Part] = []
    position = 0
    while position < len(rest):
        found = _STEP.match(rest, position)
        if found is None:
            raise ValueError(f"{path!r} is not a reference path that this engine reads.")
        name, number, quoted = found.groups()
        parts.append(int(number) if number is not None else name or quoted)
        position = found.end()
    return context, tuple(parts)


def read(path: str, data: Any, context: Any = None) -> Any:
    """Return what a path points at; StateError when nothing is there."""
    from_context, parts = parse(path)
    value = context if from_context else data
    for part in parts:
        if not _has(value, part):
            raise StateError(RUNTIME, f"The path {path} points at nothing.")
        value = value[part]
    return value


def present(path: str, data: Any, context: Any = None) -> bool:
    try:
        read(path, data, context)
    except StateError:
        return False
    return True


def written(path: str, data: Any, value: Any) -> Any:
    """Return a copy of `data` with a value where a path points; the original stays as it was."""
    from_context, parts = parse(path)
    if from_context:
        raise StateError(RUNTIME, "Nothing can be written into the context object.")
    return _written(data, parts, value)


def _written(data: Any, parts: tuple[Part, ...], value: Any) -> Any:
    if not parts:
        return value
    head, rest = parts[0], parts[1:]
    if isinstance(head, int):
        if not _has(data, head):
            raise StateError(RUNTIME, f"There is no element {head} to write into.")
        return [_written(one, rest, value) if n == head else one for n, one in enumerate(data)]
    if data is not None and not isinstance(data, dict):
        raise StateError(RUNTIME, f"{head} cannot be written into something that is no object.")
    known = data or {}
    return {**known, head: _written(known.get(head), rest, value)}


def _has(value: Any, part: Part) -> bool:
    if isinstance(part, int):
        return isinstance(value, list) and part < len(value)
    return isinstance(value, dict) and part in value
