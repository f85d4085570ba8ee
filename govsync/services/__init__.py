"""The door to the government sync, all of the context's school but for the sweep."""

from govsync.services.actions import ACTIONS
from govsync.services.advancing import advance, sweep
from govsync.services.archiving import Made, begin_evidence, estimate, evidence_for_job, pack
from govsync.services.answering import Asked, answer
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
from govsync.services.shadowing import Place
from govsync.services.verifying import verify

__all__ = [
    "ACTIONS",
    "Asked",
    "Made",
    "Place",
    "Status",
    "advance",
    "answer",
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
