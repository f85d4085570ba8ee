"""The report as one page: everything is in the file, in Spanish and in English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from luca.demo.report.words import spanish
from luca.kernel import charts
from luca.kernel.charts import Series

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Words = Callable[[str], str]

EDGES = (10, 20, 30, 40, 50, 60, 70, 80, 90)
DATA = {
    "generated": ("datos generados", "generated data"),
    "oulad": ("datos reales de la Open University", "real data of the Open University"),
}


@dataclass(frozen=True, slots=True)
class Number:
    value: str
    es: str
    en: str


@dataclass(frozen=True, slots=True)
class Card:
    es: str
    en: str
    note_es: str
    note_en: str
    chart: str


def render(report: Mapping[str, Any]) -> str:
    """Return the page; nothing in it is fetched from anywhere."""
    data_es, data_en = DATA[report["data"]]
    scale = report["govsync_time_scale"]
    return render_to_string(
        "demo/report.html",
        {
            "report": report,
            "data_es": data_es,
            "data_en": data_en,
            "numbers": _numbers(report),
            "cards": _cards(report),
            "footer_es": "La autoridad es un simulador; ningún gobierno publica esta interfaz. "
            f"Sus esperas duraron {scale} de lo normal (GOVSYNC_TIME_SCALE={scale}).",
            "footer_en": "The authority is a simulator; no government publishes this interface. "
            f"Its waits took {scale} of their normal time (GOVSYNC_TIME_SCALE={scale}).",
        },
    )


def _numbers(report: Mapping[str, Any]) -> list[Number]:
    def number(key: str, es: str, en: str) -> Number:
        return Number(f"{report[key]:,}", es, en)

    return [
        number("schools", "escuelas", "schools"),
        number("students", "estudiantes", "students"),
        number("evaluations_stored", "evaluaciones guardadas", "evaluations stored"),
        number("grades_checked", "calificaciones comprobadas", "grades checked"),
        number("grades_wrong", "calificaciones erróneas", "grades wrong"),
        number("events_stored", "eventos guardados", "events stored"),
        number("lake_events", "eventos en el lago", "events in the lake"),
        number("events_duplicated", "entregas repetidas a propósito", "deliveries repeated"),
        number("sync_accepted", "aceptadas por la autoridad", "accepted by the authority"),
        Number(
            f"{report['cross_tenant_denied']}/{report['cross_tenant_attempts']}",
            "accesos ajenos negados",
            "trespasses denied",
        ),
    ]


def _cards(report: Mapping[str, Any]) -> list[Card]:
    return [
        _phases(report),
        _sync(report),
        _grades(report),
        _authority(report),
        _latency(report),
        _queue(report),
        _memory(report),
    ]


def _chart(es: tuple[str, str], en: tuple[str, str], draw: Callable[[Words], str]) -> Card:
    """Draw a chart in both languages; the charts escape every text that they draw."""
    both = f'<div lang="es">{draw(spanish)}</div><div lang="en">{draw(str)}</div>'
    return Card(es[0], en[0], es[1], en[1], mark_safe(both))  # noqa: S308


def _phases(report: Mapping[str, Any]) -> Card:
    phases = report["phases"].items()
    return _chart(
        ("Las fases", "Cuánto tardó cada una."),
        ("The phases", "How long each of them took."),
        lambda said: charts.bars([(said(name), took, f"{took:,.1f} s") for name, took in phases]),
    )


def _sync(report: Mapping[str, Any]) -> Card:
    parts = [(name, report[f"sync_{name}"]) for name in ("accepted", "rejected", "blocked", "dead")]
    return _chart(
        (
            "Entrega al gobierno",
            "Cada calificación de un periodo cerrado y su destino. Lo indefinido no se envía.",
        ),
        (
            "Delivery to the government",
            "Each grade of a closed period, and what became of it. What is undefined is not sent.",
        ),
        lambda said: charts.stacked([(said(name), count) for name, count in parts]),
    )


def _grades(report: Mapping[str, Any]) -> Card:
    labels = ["0", *map(str, EDGES)]
    series = [
        Series(name, charts.histogram(values, EDGES)) for name, values in report["finals"].items()
    ]
    undefined = report["finals_undefined"]
    return _chart(
        ("Calificaciones finales", f"Por decenas, según la tabla; {undefined:,} indefinidas."),
        ("Final grades", f"In tens, as the table has them; {undefined:,} undefined."),
        lambda _: charts.columns([f"{label}+" for label in labels], series),
    )


def _authority(report: Mapping[str, Any]) -> Card:
    rows = sorted(report["authority_outcomes"].items(), key=lambda row: -row[1])
    return _chart(
        ("Lo que respondió la autoridad", "Llamadas, según sus propios libros."),
        ("What the authority answered", "Calls, by its own books."),
        lambda _: charts.bars([(name, count, f"{count:,}") for name, count in rows]),
    )


def _latency(report: Mapping[str, Any]) -> Card:
    rows = [
        (label, found["p95_ms"], f"{found['p50_ms']:,.0f} / {found['p95_ms']:,.0f} ms")
        for label, found in report["latency"].items()
    ]
    return _chart(
        ("Tiempo de respuesta", "Mediana / percentil 95, con todo en una máquina."),
        ("Response time", "Median / 95th percentile, with everything on one machine."),
        lambda _: charts.bars(rows),
    )


def _queue(report: Mapping[str, Any]) -> Card:
    samples = report["samples"]
    names = [name for name in ("behavior", "tasks", "sync") if name in samples]
    return _chart(
        ("Colas", "Mensajes que esperan o están en proceso."),
        ("Queues", "Messages that wait or are in work."),
        lambda said: charts.lines(
            samples["seconds"], [Series(said(name), samples[name]) for name in names]
        ),
    )


def _memory(report: Mapping[str, Any]) -> Card:
    samples: Mapping[str, Sequence[float]] = report["samples"]
    return _chart(
        ("Memoria", f"Todos los procesos juntos; máximo {report['peak_memory_mib']:,.0f} MiB."),
        ("Memory", f"All processes together; {report['peak_memory_mib']:,.0f} MiB at most."),
        lambda _: charts.lines(samples["seconds"], [Series("MiB", samples["mib"])], "MiB"),
    )
