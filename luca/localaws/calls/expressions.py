"""The little of DynamoDB's expression language that decides whose item a call touches."""

import re
from typing import Any

from luca.localaws.calls.parts import NotUnderstood, string

Json = dict[str, Any]

_TOKEN = re.compile(r"\s*(?:([#:]?[\w.\[\]]+(?:#[\w.\[\]]+)*)|(<>|<=|>=|[=<>(),+-]))")
_COMPARISONS = frozenset({"=", "<", "<=", ">", ">="})


def tokens(text: str) -> list[str]:
    found, end = [], 0
    for match in _TOKEN.finditer(text):
        if match.start() != end:
            break
        found.append(match[1] or match[2])
        end = match.end()
    if text[end:].strip():
        raise NotUnderstood("an expression with an unknown sign")
    return found


def aliases(body: Json) -> dict[str, str]:
    """The names that stand for others; one without # would rename a key behind our back."""
    names: dict[str, str] = body.get("ExpressionAttributeNames") or {}
    if not all(name.startswith("#") for name in names):
        raise NotUnderstood("an alias without its #")
    return names


def equal_to(body: Json, hash_key: str) -> str:
    """The one value that a Query pins the partition key to."""
    text, legacy = body.get("KeyConditionExpression"), body.get("KeyConditions")
    if (text is None) == (legacy is None):
        raise NotUnderstood("a query needs exactly one form of key condition")
    if legacy is not None:
        if legacy[hash_key]["ComparisonOperator"] != "EQ":
            raise NotUnderstood("the partition key is not pinned")
        (value,) = legacy[hash_key]["AttributeValueList"]
        return string(value)
    names = aliases(body)
    conditions = _KeyCondition(tokens(text or ""), names).read()
    pinned = [condition for condition in conditions if condition[0] == hash_key]
    if len(pinned) != 1 or pinned[0][1] != "=":
        raise NotUnderstood("the partition key is not pinned")
    return string(body["ExpressionAttributeValues"][pinned[0][2]])


class _KeyCondition:
    """Reads ``condition [AND condition]``, either one in parentheses or not."""

    def __init__(self, words: list[str], names: dict[str, str]) -> None:
        self.words, self.names, self.at = words, names, 0

    def read(self) -> list[tuple[str, str, str]]:
        found = self._conjunction()
        if self.at != len(self.words):
            raise NotUnderstood("a key condition with a remainder")
        return found

    def _conjunction(self) -> list[tuple[str, str, str]]:
        found = self._term()
        while self._next("AND"):
            found += self._term()
        return found

    def _term(self) -> list[tuple[str, str, str]]:
        if self._next("("):
            found = self._conjunction()
            self._expect(")")
            return found
        word = self._take()
        if word.lower() == "begins_with" and self._next("("):
            name = self._name(self._take())
            self._expect(",")
            value = self._value()
            self._expect(")")
            return [(name, "begins_with", value)]
        return [self._comparison(self._name(word))]

    def _comparison(self, name: str) -> tuple[str, str, str]:
        if self._next("BETWEEN"):
            value = self._value()
            self._expect("AND")
            self._value()
            return name, "BETWEEN", value
        operator = self._take()
        if operator not in _COMPARISONS:
            raise NotUnderstood("a key condition with an unknown operator")
        return name, operator, self._value()

    def _name(self, word: str) -> str:
        if word.startswith(":"):
            raise NotUnderstood("a key condition that begins with a value")
        return self.names[word] if word.startswith("#") else word

    def _value(self) -> str:
        word = self._take()
        if not word.startswith(":"):
            raise NotUnderstood("a key condition without a value")
        return word

    def _take(self) -> str:
        if self.at >= len(self.words):
            raise NotUnderstood("a key condition that breaks off")
        self.at += 1
        return self.words[self.at - 1]

    def _next(self, word: str) -> bool:
        found = self.at < len(self.words) and self.words[self.at].upper() == word
        self.at += found
        return found

    def _expect(self, word: str) -> None:
        if not self._next(word):
            raise NotUnderstood(f"a key condition without its {word}")
