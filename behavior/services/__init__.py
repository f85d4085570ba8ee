"""What others can do with behaviour. The only door for other apps."""

from behavior.services.burying import bury
from behavior.services.operating import Status, status
from behavior.services.reading import PAGE, events_of, totals
from behavior.services.sending import accept, backfill
from behavior.services.storing import Outcome, Tally, ingest, ingest_call, store
from behavior.services.types import define_type, event_type, event_types, remove_type

__all__ = [
    "PAGE",
    "Outcome",
    "Status",
    "Tally",
    "accept",
    "backfill",
    "bury",
    "define_type",
    "event_type",
    "event_types",
    "events_of",
    "ingest",
    "ingest_call",
    "remove_type",
    "status",
    "store",
    "totals",
]
