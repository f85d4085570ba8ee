"""The door to the government sync, all of the context's school but for the sweep."""

from govsync.services.actions import ACTIONS, perform_named
from govsync.services.advancing import advance, sweep
from govsync.services.archiving import Made, begin_evidence, estimate, evidence_for_job, pack
from govsync.services.held import check_settled, places_of
from govsync.services.holding import held
from govsync.services.ledger import discrepancies, records_page, rejects
from govsync.services.pausing import pause, resume
from govsync.services.running import (
    Status,
    correct,
    dead,
    latest,
    preview,
    reconcile,
    redrive,
    run,
    start,
    status,
    steps,
)
from govsync.services.verifying import verify

__all__ = [
    "ACTIONS",
    "Made",
    "Status",
    "advance",
    "begin_evidence",
    "check_settled",
    "correct",
    "dead",
    "discrepancies",
    "estimate",
    "evidence_for_job",
    "held",
    "latest",
    "pack",
    "pause",
    "perform_named",
    "places_of",
    "preview",
    "reconcile",
    "records_page",
    "redrive",
    "rejects",
    "resume",
    "run",
    "start",
    "status",
    "steps",
    "sweep",
    "verify",
]
