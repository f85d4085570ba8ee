"""What others can do with behaviour. The only door for other apps."""

from behavior.services.operating import Status, status
from behavior.services.reading import PAGE, events_of, totals
from behavior.services.sending import accept, backfill
from behavior.services.storing import Outcome, Tally, ingest, ingest_call, store

__all__ = [
    "PAGE",
    "Outcome",
    "Status",
    "Tally",
    "accept",
    "backfill",
    "events_of",
    "ingest",
    "ingest_call",
    "status",
    "store",
    "totals",
]
