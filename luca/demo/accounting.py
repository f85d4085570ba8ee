"""Does everything add up? Equations between what was sent and what others found.

Nothing here is measured: each side of an equation comes from somebody who can
know it, and an equation that does not hold is a sentence in the report and a
failed run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MEMORY_MIB = 3072


@dataclass(frozen=True, slots=True)
class Check:
    """One equation: what must be equal, and what the two sides are."""

    name: str
    left: str
    right: str
    expected: float
    found: float

    @property
    def holds(self) -> bool:
        return self.expected == self.found

    def __str__(self) -> str:
        mark = "ok" if self.holds else "DOES NOT ADD UP"
        return f"{self.name}: {self.left} {self.expected:,} = {self.right} {self.found:,} … {mark}"


# name, key of what must be, key of what is, and what the two are in words
EQUATIONS = (
    ("evaluations", "evaluations_sent", "evaluations_stored", "sent", "in the table"),
    ("events", "events_sent", "events_stored", "distinct events sent", "in the table"),
    ("events' quantities", "quantity_sent", "quantity_stored", "sent", "in the table"),
    ("events of the lake", "events_stored", "lake_events", "in the table", "in the lake"),
    ("grades", "enrolments", "grades", "enrolments", "grades in the table"),
    ("grades checked", "grades", "grades_checked", "grades", "worked out again"),
    ("grades wrong", "zero", "grades_wrong", "must be", "differ"),
    ("grades of the lake", "grades", "lake_grades", "grades", "made anew from the lake"),
    ("lake's differences", "zero", "lake_differences", "must be", "differ"),
    ("sync records", "grades_closed", "sync_records", "grades of closed periods", "records"),
    (
        "sync outcomes",
        "sync_records",
        "sync_settled",
        "records",
        "accepted, rejected, blocked, dead",
    ),
    ("sync blocked", "grades_undefined", "sync_blocked", "undefined grades", "blocked"),
    ("sync accepted", "sync_accepted", "authority_grades", "accepted", "in the authority's store"),
    ("sync dead", "zero", "sync_dead", "must be", "dead"),
    ("sync rejected", "zero", "sync_rejected", "must be", "rejected"),
    ("authority's scores", "zero", "authority_wrong", "must be", "differ from the grades"),
    ("counted twice", "zero", "authority_doubled", "must be", "counted twice by the authority"),
    ("kinds of failure unseen", "zero", "faults_missing", "must be", "that did not happen"),
    ("sync balanced", "one", "sync_balanced", "must be", "balanced"),
    ("isolation", "cross_tenant_attempts", "cross_tenant_denied", "attempts", "denied"),
    ("isolation's controls", "controls", "controls_passed", "beside them", "passed"),
    ("answers over HTTP", "zero", "http_surprises", "must be", "unexpected"),
    ("items of nobody", "zero", "strangers", "must be", "under no school's key"),
    ("dead letters", "zero", "dead_letters", "must be", "in the queues"),
)
# These exist only where the university's data comes with them.
OPTIONAL_EQUATIONS = (
    ("oracle's grades", "oracle_rows", "oracle_equal", "rows", "equal"),
    ("oracle's behaviour", "oracle_students", "oracle_students_equal", "students", "equal"),
    ("rows of scores", "score_rows", "score_rows_explained", "in the file", "stored or reported"),
)


def checks(figures: Mapping[str, float]) -> list[Check]:
    """Every equation with its two sides; a figure that nobody delivered is an error."""
    known = {**figures, "zero": 0, "one": 1}
    wanted = [*EQUATIONS, *(row for row in OPTIONAL_EQUATIONS if row[1] in figures)]
    found = [
        Check(name, left, right, known[expected], known[is_])
        for name, expected, is_, left, right in wanted
    ]
    return [*found, *_sizes(figures)]


def _sizes(figures: Mapping[str, float]) -> list[Check]:
    """Nothing may be proven on nothing; only data without a single score has no results."""
    scores = () if figures.get("score_rows") == 0 else ("evaluations_sent",)
    wanted = (
        *scores,
        "schools",
        "students",
        "events_sent",
        "events_duplicated",
        "grades",
        "sync_records",
        "cross_tenant_attempts",
        "controls",
    )
    empty = sum(not figures[name] for name in wanted)
    over = max(0, figures.get("peak_memory_mib", 0) - MEMORY_MIB)
    return [
        Check("figures that are nothing", "must be", "of them", 0, empty),
        Check("memory above 3 GiB", "must be", "MiB", 0, over),
    ]
