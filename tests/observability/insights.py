"""CloudWatch Logs Insights, as far as deploy/log_queries.json uses it: what a query would answer.

`fields`, `filter`, `stats … by`, `sort`, `limit`; count, pct, max, sum, latest; bin. A field that a
line lacks is None: it is equal to nothing, and no number. What is not understood is refused.
"""

import ast
import operator
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from luca.localaws.eyes.points import percentile

Line = Mapping[str, Any]
TESTS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda value, some: value in some,
}
MEASURE = re.compile(r"(\w+)\((.*?)\) as (\w+)")
BIN = re.compile(r"bin\((\d+)m\)")


class NotUnderstood(ValueError):
    """The query uses what nobody has taught this reader."""


def ask(query: Iterable[str], lines: Iterable[Line]) -> list[dict[str, Any]]:
    """What the commands of a query make of some lines."""
    found: list[dict[str, Any]] = [{**line, "@timestamp": line["timestamp"]} for line in lines]
    for command in query:
        word, _, rest = command.partition(" ")
        if word not in COMMANDS:
            raise NotUnderstood(command)
        found = COMMANDS[word](rest, found)
    return found


def names(query: Iterable[str]) -> set[str]:
    """The fields that a query reads, without those that it makes."""
    found, made = set(), set()
    for command in query:
        text = re.sub(r'"[^"]*"', "", command.partition(" ")[2])
        made |= set(re.findall(r"\bas (\w+)", text))
        text = BIN.sub("", re.sub(r"\bas \w+", "", text))
        found |= set(re.findall(r"@?[A-Za-z_]\w*(?!\w*\()", text))
    return found - made - {"by", "and", "or", "in", "like", "asc", "desc"}


def _filter(text: str, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    python = re.sub(r"(?<![<>!=])=(?!=)", "==", text)
    python = re.sub(r'(\w+) like ("[^"]*")', r"like(\1, \2)", python)
    test = ast.parse(python, mode="eval").body
    return [line for line in lines if _holds(test, line)]


def _holds(node: ast.expr, line: Line) -> bool:
    match node:
        case ast.BoolOp(op=ast.And()):
            return all(_holds(one, line) for one in node.values)
        case ast.BoolOp(op=ast.Or()):
            return any(_holds(one, line) for one in node.values)
        case ast.Compare(left=ast.Name(id=name), ops=[test], comparators=[other]):
            value = line.get(name)
            return value is not None and TESTS[type(test)](value, ast.literal_eval(other))
        case ast.Call(func=ast.Name(id="ispresent"), args=[ast.Name(id=name)]):
            return line.get(name) is not None
        case ast.Call(func=ast.Name(id="like"), args=[ast.Name(id=name), ast.Constant(value=part)]):
            return str(part) in str(line.get(name) or "")
    raise NotUnderstood(ast.unparse(node))


def _fields(text: str, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    wanted = [name.strip() for name in text.split(",")]
    return [{name: line.get(name) for name in {*wanted, "@timestamp"}} | line for line in lines]


def _stats(text: str, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    measures, _, by = text.partition(" by ")
    groups: dict[tuple[Any, ...], list[Line]] = defaultdict(list)
    keys = [name.strip() for name in by.split(",")] if by else []
    for line in lines:
        groups[tuple(_key(name, line) for name in keys)].append(line)
    made = MEASURE.findall(measures)
    if not made:
        raise NotUnderstood(text)
    return [
        dict(zip(keys, key, strict=True))
        | {name: _measured(act, arguments, some) for act, arguments, name in made}
        for key, some in groups.items()
    ]


def _key(name: str, line: Line) -> Any:
    if width := BIN.fullmatch(name):
        at = datetime.fromisoformat(line["timestamp"]).timestamp()
        return at // (60 * int(width[1])) * 60 * int(width[1])
    return line.get(name)


def _measured(act: str, arguments: str, lines: Sequence[Line]) -> Any:
    name, *more = (one.strip() for one in arguments.split(","))
    if (act, name) == ("count", "*"):
        return len(lines)
    values = [line[name] for line in lines if line.get(name) is not None]
    if not values:
        return None
    if act == "pct":
        return percentile(values, float(more[0]))
    acts: dict[str, Callable[[list[Any]], Any]] = {
        "max": max,
        "sum": sum,
        "latest": lambda found: found[-1],
    }
    if act not in acts:
        raise NotUnderstood(act)
    return acts[act](values)


def _sort(text: str, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    name, way = text.split()
    return sorted(
        lines, key=lambda line: (line.get(name) is not None, line.get(name)), reverse=way == "desc"
    )


def _limit(text: str, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return lines[: int(text)]


COMMANDS = {"fields": _fields, "filter": _filter, "stats": _stats, "sort": _sort, "limit": _limit}
