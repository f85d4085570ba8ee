"""The door to the government sync, all of the context's school but for the sweep."""

from govsync.services.actions import ACTIONS, perform_named
from govsync.services.advancing import advance, sweep
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

__all__ = [
    "ACTIONS",
    "Status",
    "advance",
    "check_settled",
    "correct",
    "dead",
    "discrepancies",
    "held",
    "latest",
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
]
