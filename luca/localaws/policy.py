"""The part of IAM's policy language that deploy/policies uses, evaluated as AWS evaluates it.

A document is checked whole when it is read: an element, operator, condition key or variable that
this module does not know is a ``PolicyError``, never a clause that is skipped. A variable is
replaced as literal text, so a ``*`` inside a session tag stands for a star and not for everything.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

Context = Mapping[str, Sequence[str]]  # condition keys in lower case

OPERATORS = frozenset({"StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "Null"})
QUANTIFIERS = frozenset({"", "ForAllValues", "ForAnyValue"})
KEYS = frozenset(
    {
        "aws:sourceaccount",
        "aws:tagkeys",
        "dynamodb:leadingkeys",
        "kms:viaservice",
        "s3:delimiter",
        "s3:prefix",
        "sts:transitivetagkeys",
    }
)
TAG_KEYS = ("aws:principaltag/", "aws:requesttag/")
LITERALS = frozenset("*?$")  # ${*}, ${?} and ${$} are IAM's way to write these characters

_VARIABLE = re.compile(r"\$\{([^}]*)\}")


class PolicyError(ValueError):
    """A policy says something that the guard cannot judge."""


@dataclass(frozen=True, slots=True)
class Condition:
    quantifier: str
    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    allow: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    principals: frozenset[str]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to do; the evaluator's only input beside the statements."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)
    principals: frozenset[str] = frozenset()


def parse(document: Mapping[str, Any]) -> tuple[Statement, ...]:
    """Read an identity policy."""
    return tuple(_statement(item, trust=False) for item in _statements(document))


def parse_trust(document: Mapping[str, Any]) -> tuple[Statement, ...]:
    """Read a trust policy: it names principals where an identity policy names resources."""
    return tuple(_statement(item, trust=True) for item in _statements(document))


def verdict(statements: Iterable[Statement], question: Question) -> bool | None:
    """True is an allow, False an explicit deny, which nothing overrules, and None is silence."""
    answer: bool | None = None
    for statement in statements:
        if _applies(statement, question):
            if not statement.allow:
                return False
            answer = True
    return answer


def _statements(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if document.get("Version") != "2012-10-17" or set(document) - {"Version", "Id", "Statement"}:
        raise PolicyError("not a policy document of version 2012-10-17")
    found = document.get("Statement")
    return found if isinstance(found, list) else [found]  # type: ignore[list-item]  # checked next


def _statement(item: Mapping[str, Any], *, trust: bool) -> Statement:
    needed = {"Effect", "Action", "Principal" if trust else "Resource"}
    if not isinstance(item, Mapping) or not needed <= set(item) <= needed | {"Sid", "Condition"}:
        raise PolicyError(f"a statement has other elements than {sorted(needed)}: {item!r}")
    if item["Effect"] not in {"Allow", "Deny"}:
        raise PolicyError(f"unknown effect {item['Effect']!r}")
    return Statement(
        allow=item["Effect"] == "Allow",
        actions=tuple(action.lower() for action in _texts(item["Action"])),
        resources=() if trust else _texts(item["Resource"]),
        principals=_principals(item["Principal"]) if trust else frozenset(),
        conditions=tuple(_conditions(item.get("Condition", {}))),
    )


def _principals(entry: Any) -> frozenset[str]:
    if not isinstance(entry, Mapping) or not entry or set(entry) - {"AWS", "Service"}:
        raise PolicyError(f"unknown principal {entry!r}")
    return frozenset(f"{kind}:{name}" for kind, names in entry.items() for name in _texts(names))


def _conditions(blocks: Mapping[str, Mapping[str, Any]]) -> Iterable[Condition]:
    for name, block in blocks.items():
        quantifier, _, operator = name.rpartition(":")
        if operator not in OPERATORS or quantifier not in QUANTIFIERS:
            raise PolicyError(f"unknown condition operator {name}")
        if operator == "Null" and quantifier:
            raise PolicyError("Null takes no quantifier")
        for key, values in block.items():
            _check_key(key.lower())
            yield Condition(quantifier, operator, key.lower(), _texts(values))


def _check_key(key: str) -> None:
    if key not in KEYS and not key.startswith(TAG_KEYS):
        raise PolicyError(f"unknown condition key {key}")


def _texts(value: Any) -> tuple[str, ...]:
    texts = tuple(value) if isinstance(value, list) else (value,)
    if not texts or not all(isinstance(text, str) and text for text in texts):
        raise PolicyError(f"expected a text or a list of texts: {value!r}")
    for text in texts:
        for variable in _VARIABLE.findall(text):
            if variable not in LITERALS:
                _check_key(variable.lower())
    return texts


def _applies(statement: Statement, question: Question) -> bool:
    return (
        any(_matches(action, question.action.lower(), {}) for action in statement.actions)
        and _addressed(statement, question)
        and all(_holds(condition, question.context) for condition in statement.conditions)
    )


def _addressed(statement: Statement, question: Question) -> bool:
    if statement.principals:
        return "AWS:*" in statement.principals or bool(statement.principals & question.principals)
    return any(
        _matches(resource, question.resource, question.context) for resource in statement.resources
    )


def _holds(condition: Condition, context: Context) -> bool:
    have = context.get(condition.key, ())
    if condition.operator == "Null":
        return (not have) == (condition.values[0] == "true")
    negated = "Not" in condition.operator
    if not have:
        # AWS again: "for all values" is true of no value at all, hence the Null clauses.
        return condition.quantifier == "ForAllValues" or (negated and not condition.quantifier)
    if len(have) > 1 and not condition.quantifier:
        # AWS leaves open what this means; the request is refused, be it an allow or a deny.
        raise PolicyError(f"{condition.key} has several values and no quantifier")
    wild = condition.operator.endswith("Like")
    hits = [
        any(_matches(wanted, value, context, wild=wild) for wanted in condition.values) != negated
        for value in have
    ]
    return any(hits) if condition.quantifier == "ForAnyValue" else all(hits)


def _matches(text: str, value: str, context: Context, *, wild: bool = True) -> bool:
    if "${" not in text:
        pattern = _pattern(text, (), wild)
    else:
        names = [name for name in _VARIABLE.findall(text) if name not in LITERALS]
        found = [context.get(name.lower(), ()) for name in names]
        if any(len(values) != 1 or not values[0] for values in found):
            return False  # a variable without one value matches nothing, not the empty text
        pattern = _pattern(text, tuple(values[0] for values in found), wild)
    return pattern.fullmatch(value) is not None


@lru_cache(maxsize=8192)
def _pattern(text: str, values: tuple[str, ...], wild: bool) -> re.Pattern[str]:  # noqa: FBT001 -- a cache key
    """A policy's text as a regular expression, its variables filled in with ``values``."""
    rest = iter(values)
    parts = []
    for index, part in enumerate(_VARIABLE.split(text)):
        if index % 2:
            parts.append(re.escape(part if part in LITERALS else next(rest)))
        elif wild:
            parts.append(re.escape(part).replace(r"\*", ".*").replace(r"\?", "."))
        else:
            parts.append(re.escape(part))
    return re.compile("".join(parts), re.DOTALL)
