"""The spans of the stack's logs, as trees: `make traces`."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MARK = '"span"'  # each line of a span has it
LONGEST_LOG = 50_000_000  # bytes from the end of each log
SHOWN = ("status", "queue", "index", "messages", "left_out", "error", "failure")
WORDS = {
    "en": {
        "school": "school",
        "none": "There are no traces yet. Is the stack up, and LUCA_TRACES=log?",
        "unknown": "No trace or correlation id begins with {id}.",
        "head": "{id}  {at}  {name}  {ms} ms",
        "linked": "goes on in a batch with others: {id}",
        "holds": "holds a message of: {id}",
        "one": "1 span in {services}",
        "more": "{count} spans in {services}",
        "failed": "FAILED",
    },
    "es": {
        "school": "escuela",
        "none": "Todavía no hay trazas. ¿Está arriba el sistema, con LUCA_TRACES=log?",
        "unknown": "Ninguna traza ni id de correlación empieza con {id}.",
        "head": "{id}  {at}  {name}  {ms} ms",
        "linked": "sigue en un lote con otras: {id}",
        "holds": "lleva un mensaje de: {id}",
        "one": "1 tramo en {services}",
        "more": "{count} tramos en {services}",
        "failed": "FALLÓ",
    },
}


@dataclass(frozen=True, slots=True)
class Part:
    """One span as its line tells it."""

    id: str
    parent: str
    trace: str
    service: str
    name: str
    began: int  # microseconds since 1970
    ms: float
    failed: bool
    school: str
    correlation: str
    links: tuple[str, ...]
    facts: tuple[str, ...]

    @property
    def ended(self) -> float:
        return self.began + self.ms * 1000


@dataclass(slots=True)
class Trace:
    id: str
    parts: list[Part] = field(default_factory=list)

    @property
    def first(self) -> Part:
        return min(self.parts, key=lambda one: one.began)

    @property
    def ms(self) -> float:
        """From its beginning to the end of what it caused, waiting in queues included."""
        return (max(one.ended for one in self.parts) - self.first.began) / 1000

    @property
    def services(self) -> list[str]:
        return list(dict.fromkeys(one.service for one in sorted(self.parts, key=_began)))


def named(trace: Trace, beginning: str) -> bool:
    """Whether its id, or the correlation id of one of its spans, begins so."""
    return trace.id.startswith(beginning) or any(
        one.correlation.startswith(beginning) for one in trace.parts
    )


def gathered(logs: Iterable[Path]) -> dict[str, Trace]:
    """Every trace that the logs tell of, oldest first."""
    found: dict[str, Trace] = {}
    parts = [part for log in logs for part in _parts(log)]
    for one in sorted(parts, key=_began):
        found.setdefault(one.trace, Trace(one.trace)).parts.append(one)
    return found


def shown(trace: Trace, everything: dict[str, Trace], language: str) -> Iterator[str]:
    """A trace as lines: its spans under those that asked for them, and the batches it went into."""
    words = WORDS[language]
    first = trace.first
    at = datetime.fromtimestamp(first.began / 1e6, UTC)
    told = {"id": trace.id, "at": f"{at:%F %T}", "name": first.name, "ms": f"{trace.ms:.1f}"}
    head = words["head"].format(**told)
    yield f"{head}  {words['school']} {first.school}" if first.school else head
    yield from _tree(trace, first.began, words, 1)
    for other in _batches(trace, everything):
        if other.first.began < first.began:  # this is the batch, and that one of its messages
            yield "  " + words["holds"].format(id=other.id)
        else:
            yield "  " + words["linked"].format(id=other.id)
            yield from _tree(other, first.began, words, 2)
    services = ", ".join(trace.services)
    count = len(trace.parts)
    yield "  " + words["one" if count == 1 else "more"].format(count=count, services=services)


def _batches(trace: Trace, everything: dict[str, Trace]) -> list[Trace]:
    wanted = {link for part in trace.parts for link in part.links} - {trace.id}
    return [everything[one] for one in sorted(wanted & everything.keys())]


def _tree(trace: Trace, zero: int, words: dict[str, str], depth: int) -> Iterator[str]:
    below: dict[str, list[Part]] = defaultdict(list)
    known = {one.id for one in trace.parts}
    for one in sorted(trace.parts, key=_began):
        below[one.parent if one.parent in known else ""].append(one)

    def lines(parent: str, depth: int) -> Iterator[str]:
        for one in below[parent]:
            facts = "  ".join([*one.facts, *([words["failed"]] if one.failed else [])])
            name = "  " * depth + one.name
            waited = (one.began - zero) / 1000
            line = f"{waited:+10.1f} ms {one.ms:8.1f} ms  {one.service:<9}{name:<36}{facts}"
            yield line.rstrip()
            yield from lines(one.id, depth + 1)

    yield from lines("", depth - 1)


def _parts(log: Path) -> Iterator[Part]:
    if not log.exists():
        return
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - LONGEST_LOG))
        for raw in stream:
            line = raw.decode(errors="replace")
            if MARK in line and (part := _part(line)):
                yield part


def _part(line: str) -> Part | None:
    try:
        told: dict[str, Any] = json.loads(line)
        if told["event"] != "span":
            return None
        return Part(
            id=told["span_id"],
            parent=told["parent_id"] or "",
            trace=told["trace_id"],
            service=told["service"],
            name=told["name"],
            began=told["began"],
            ms=told["duration_ms"],
            failed=told["outcome"] == "error",
            school=told["tenant_id"] or "",
            correlation=told.get("correlation_id") or "",
            links=tuple(told["links"]),
            facts=tuple(_fact(name, told[name]) for name in SHOWN if name in told),
        )
    except (ValueError, KeyError):
        return None  # half a line, at the place where reading begins


def _fact(name: str, value: Any) -> str:
    return str(value) if name in {"queue", "index"} else f"{name}={value}"


def _began(part: Part) -> int:
    return part.began
