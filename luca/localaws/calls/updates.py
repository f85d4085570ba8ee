"""What an UpdateItem assigns, read strictly: what is no update of AWS's grammar is refused.

A reader that forgives would see less than the emulator, which forgives as well, only otherwise.
"""

import re
from typing import Any

from luca.localaws.calls.expressions import aliases, tokens
from luca.localaws.calls.parts import NotUnderstood, string

Json = dict[str, Any]
_PATH = re.compile(r"(#?\w+)((?:\.#?\w+|\[\d+\])*)", re.ASCII)
_CLAUSES = frozenset({"SET", "REMOVE", "ADD", "DELETE"})
_FUNCTIONS = {"if_not_exists": 2, "list_append": 2}


def assigned(body: Json, watched: frozenset[str]) -> list[str]:
    """The values that an UpdateItem gives to watched attributes, in either of its two dialects."""
    return [
        *_by_parameter(body.get("AttributeUpdates") or {}, watched),
        *_by_expression(body, watched),
    ]


def _by_parameter(updates: Json, watched: frozenset[str]) -> list[str]:
    return [
        string(update["Value"])
        for name, update in updates.items()
        if name in watched and update.get("Action", "PUT") != "DELETE"
    ]


def _by_expression(body: Json, watched: frozenset[str]) -> list[str]:
    text = body.get("UpdateExpression")
    if text is None:
        return []
    reader = _Update(tokens(text), aliases(body), watched)
    values = body.get("ExpressionAttributeValues") or {}
    return [string(values[name]) for name in reader.read()]


class _Update:
    """Reads ``SET path = value, … REMOVE path, … ADD path :v, … DELETE path :v, …``."""

    def __init__(self, words: list[str], names: dict[str, str], watched: frozenset[str]) -> None:
        self.words, self.names, self.watched, self.at = words, names, watched, 0
        self.found: list[str] = []  # the values that watched attributes get

    def read(self) -> list[str]:
        read = {"SET": self._set, "REMOVE": self._remove, "ADD": self._add, "DELETE": self._add}
        seen: set[str] = set()
        while self.at < len(self.words):
            clause = self._take().upper()
            if clause not in _CLAUSES or clause in seen:
                raise NotUnderstood("an update with an unknown or repeated clause")
            seen.add(clause)
            read[clause]()
            while self._next(","):
                read[clause]()
        if not seen:
            raise NotUnderstood("an update that says nothing")
        return self.found

    def _set(self) -> None:
        watched = self._path()
        self._expect("=")
        began = self.at
        self._operand()
        plain = self.at == began + 1 and self.words[began].startswith(":")
        while self._peek() in {"+", "-"}:
            plain = False
            self._take()
            self._operand()
        if watched and not plain:
            # Only ``SET key = :value`` says beforehand what the key will be.
            raise NotUnderstood("an index key that is computed")
        if watched:
            self.found.append(self.words[began])

    def _remove(self) -> None:
        self._path()  # to leave an index is the item's own business

    def _add(self) -> None:
        if self._path():
            raise NotUnderstood("an index key that is computed")
        if not self._take().startswith(":"):
            raise NotUnderstood("an update without its value")

    def _operand(self) -> None:
        word = self._peek()
        if word.startswith(":"):
            self._take()
        elif word in _FUNCTIONS:
            self._take()
            self._expect("(")
            for number in range(_FUNCTIONS[word]):
                if number:
                    self._expect(",")
                self._operand()
            self._expect(")")
        else:
            self._path()

    def _path(self) -> bool:
        """Read an attribute's path; whether it is a watched one."""
        word = self._take()
        found = _PATH.fullmatch(word)
        if found is None or word.upper() in _CLAUSES:
            raise NotUnderstood("an update of what is no attribute")
        name = self.names[found[1]] if found[1].startswith("#") else found[1]
        if name in self.watched and found[2]:
            raise NotUnderstood("a part of an index key")
        return name in self.watched

    def _peek(self) -> str:
        return self.words[self.at] if self.at < len(self.words) else ""

    def _take(self) -> str:
        if self.at >= len(self.words):
            raise NotUnderstood("an update that breaks off")
        self.at += 1
        return self.words[self.at - 1]

    def _next(self, word: str) -> bool:
        found = self._peek() == word
        self.at += found
        return found

    def _expect(self, word: str) -> None:
        if not self._next(word):
            raise NotUnderstood(f"an update without its {word}")
