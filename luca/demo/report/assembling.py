"""From what a demo found to the report that is written down."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from luca.demo.accounting import checks
from luca.demo.driver.client import percentile
from luca.demo.report import page
from luca.kernel import clock

if TYPE_CHECKING:
    from pathlib import Path

    from luca.demo.driver.run import Outcome

# What issue and readers ask for first; in this order, before everything else.
FIRST = (
    "schools",
    "students",
    "evaluations_sent",
    "evaluations_stored",
    "grades",
    "grades_checked",
    "grades_wrong",
    "events_sent",
    "events_stored",
    "events_duplicated",
    "lake_events",
    "lake_grades",
    "sync_records",
    "sync_accepted",
    "sync_rejected",
    "sync_blocked",
    "sync_dead",
    "sync_balanced",
    "cross_tenant_attempts",
    "cross_tenant_denied",
)


def assemble(
    name: str, outcome: Outcome, phases: dict[str, float], seconds: float, time_scale: float
) -> dict[str, Any]:
    """Return the report; `ok` is true only when every account holds."""
    accounts = checks(outcome.figures)
    findings = [str(check) for check in accounts if not check.holds]
    findings += [f"grade {line}" for line in outcome.wrong]
    findings += [f"unexpected answer: {line}" for line in outcome.surprises[:10]]
    findings += [
        f"{one.way}: {one.what}: {one.got}"
        for one in outcome.attempts
        if not (one.denied and one.control)
    ]
    figures: dict[str, Any] = {**outcome.figures}
    figures["sync_balanced"] = bool(figures["sync_balanced"])
    rest = {key: value for key, value in sorted(figures.items()) if key not in FIRST}
    return {
        "ok": not findings,
        "findings": findings,
        "data": name,
        "finished": f"{clock.now():%Y-%m-%d %H:%M} UTC",
        **{key: figures[key] for key in FIRST},
        "seconds": round(seconds, 1),
        "phases": {phase: round(took, 1) for phase, took in phases.items()},
        "latency": {label: _latency(found) for label, found in sorted(outcome.timings.items())},
        "govsync_time_scale": time_scale,
        **rest,
        "counts": outcome.counts,
        "authority_outcomes": outcome.outcomes,
        "attempts": [asdict(one) for one in outcome.attempts],
        "checks": [{**asdict(check), "holds": check.holds} for check in accounts],
        "finals_undefined": outcome.finals_undefined,
        "samples": outcome.samples,
    }


def write(home: Path, report: dict[str, Any], finals: dict[str, list[float]]) -> tuple[Path, Path]:
    """Write report.json and report.html into a home."""
    as_json, as_page = home / "report.json", home / "report.html"
    as_json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", "utf-8")
    as_page.write_text(page.render({**report, "finals": finals}), "utf-8")
    return as_json, as_page


def _latency(found: list[float]) -> dict[str, float]:
    return {
        "count": len(found),
        "p50_ms": round(percentile(found, 0.5), 1),
        "p95_ms": round(percentile(found, 0.95), 1),
    }
