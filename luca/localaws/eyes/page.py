"""The same as a page that fetches nothing, in Spanish and in English, light and dark."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from luca.kernel import charts
from luca.localaws.eyes.alarms import Judged
from luca.localaws.eyes.points import Series, series, statistic
from luca.localaws.eyes.summary import Summary
from luca.localaws.programs import ROOT
from luca.telemetry.metrics import NAMESPACE

PROMISE = 120.0  # milliseconds, p95, of reading and of writing


@dataclass(frozen=True, slots=True)
class Number:
    value: str
    es: str
    en: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    es: str
    en: str
    chart: SafeString


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chart: a metric's statistic in each five minutes."""

    es: str
    en: str
    of: Series
    statistic: str


def render(summary: Summary) -> str:
    return render_to_string(
        "localaws/metrics.html",
        {
            "made": f"{summary.made:%Y-%m-%d %H:%M:%S} UTC",
            "hours": f"{round((summary.made.timestamp() - summary.begin) / 3600, 1):g}",
            "raised": len(summary.raised),
            "asked": summary.asked,
            "numbers": list(_numbers(summary)),
            "cards": list(_cards(summary)),
            "alarms": list(_alarms(summary.judged)),
            "rows": summary.rows,
        },
    )


def _of(name: str, **dimensions: str) -> Series:
    return series(NAMESPACE, name, dimensions)


def _numbers(summary: Summary) -> Iterable[Number]:
    def of(names: Sequence[str], act: str, **dimensions: str) -> float | None:
        values = [v for name in names for v in summary.values(_of(name, **dimensions))]
        return statistic(act, values)

    def paths(name: str) -> float:
        every = [of([name], "Sum", service="api", path=path) for path in PATHS]
        return sum(one or 0 for one in every)

    requests, errors = paths("InteractiveRequestCount"), paths("InteractiveRequestErrors")
    yield Number(_spelled(requests), "peticiones", "requests")
    yield Number(_spelled(errors), "errores (5xx)", "errors (5xx)", bad=errors > 0)
    for path, es, en in (("read", "leer", "reading"), ("write", "escribir", "writing")):
        found = of(["InteractiveRequestLatency"], "p95", service="api", path=path)
        slow = found is not None and found > PROMISE
        yield Number(_spelled(found, " ms"), f"p95 al {es}", f"p95 of {en}", bad=slow)
    graded = of(["GradeProcessingLatency"], "p95", service="worker")
    yield Number(_spelled(graded, " ms"), "p95 por calificación", "p95 of a grade")
    stored = of(["EventsStored"], "Sum", service="consumer")
    yield Number(_spelled(stored), "eventos guardados", "events stored")
    late = of(["EventLag"], "Maximum", service="consumer")
    yield Number(_spelled(late, " s"), "mayor retraso de eventos", "longest lag of events")
    denied = sum(of(["AccessDenials"], "Sum", service=one) or 0 for one in SERVICES)
    yield Number(_spelled(denied), "negadas por AWS", "refused by AWS", bad=denied > 0)


PATHS = ("read", "write", "admin", "identity")
SERVICES = ("api", "worker", "consumer", "lake")


def _cards(summary: Summary) -> Iterable[Card]:
    api = {"service": "api"}
    latency = "InteractiveRequestLatency"
    yield _card(
        summary,
        ("Latencia interactiva (ms)", "Interactive latency (ms)"),
        Line("leer p95", "read p95", _of(latency, **api, path="read"), "p95"),
        Line("escribir p95", "write p95", _of(latency, **api, path="write"), "p95"),
        Line("leer p50", "read p50", _of(latency, **api, path="read"), "p50"),
    )
    yield _card(
        summary,
        ("Peticiones", "Requests"),
        *(
            Line(es, path, _of("InteractiveRequestCount", **api, path=path), "Sum")
            for path, es in zip(PATHS, ("leer", "escribir", "admin", "identidad"), strict=True)
        ),
    )
    grade = _of("GradeProcessingLatency", service="worker")
    yield _card(
        summary,
        ("Una calificación (ms)", "One grade (ms)"),
        *(Line(name, name, grade, name) for name in ("p95", "p99", "p50")),
    )
    yield _card(
        summary,
        ("Eventos de conducta", "Behaviour events"),
        Line("recibidos", "received", _of("EventsReceived", service="consumer"), "Sum"),
        Line("guardados", "stored", _of("EventsStored", service="consumer"), "Sum"),
        Line("rechazados", "rejected", _of("EventsRejected", service="consumer"), "Sum"),
    )


def _card(summary: Summary, title: tuple[str, str], *lines: Line) -> Card:
    def draw(named: Sequence[str]) -> str:
        drawn = [
            charts.Series(name, summary.slotted(one.of, one.statistic))
            for name, one in zip(named, lines, strict=True)
        ]
        return charts.trend(summary.labels, drawn)

    spanish, english = draw([one.es for one in lines]), draw([one.en for one in lines])
    both = f'<div lang="es">{spanish}</div><div lang="en">{english}</div>'
    return Card(*title, mark_safe(both))  # noqa: S308 -- the charts escape every text they draw


def _alarms(judged: Iterable[Judged]) -> Iterable[dict[str, Any]]:
    spanish = _spanish()
    for one in judged:
        minutes = f"{one.alarm.periods} x {one.alarm.period // 60} min"
        yield {
            "name": one.alarm.name,
            "raised": one.raised,
            "told": one.told,
            "value": _spelled(one.values[0]),
            "threshold": f"{one.alarm.threshold:g}, {minutes}",
            "means_en": one.alarm.means,
            "means_es": spanish.get(one.alarm.name, one.alarm.means),
        }


def _spanish() -> dict[str, str]:
    """What each alarm means, from the runbook's Spanish page."""
    page = ROOT / "docs" / "es" / "runbook-alarms.md"
    found = re.findall(r"^## (\S+)\n.*?^\*Significa:\* (.+?)$", page.read_text(), re.M | re.S)  # noqa: FURB167 -- shorter than the line
    return dict(found)


def _spelled(value: float | None, unit: str = "") -> str:
    return "-" if value is None else f"{value:,.{0 if value == int(value) else 1}f}{unit}"
