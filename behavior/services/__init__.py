"""What others can do with behaviour. The only door for other apps."""

from behavior.services.activity import DAYS, ClassDay, StudentDays, class_day, student_days
from behavior.services.burying import bury
from behavior.services.operating import Status, status
from behavior.services.reading import PAGE, events_of, totals
from behavior.services.searching import wanted
from behavior.services.sending import accept, backfill
from behavior.services.statements import (
    Loaded,
    Statements,
    accept_statements,
    backfill_statements,
    read_statements,
)
from behavior.services.storing import Outcome, Tally, ingest, ingest_call, store
from behavior.services.types import define_type, event_type, event_types, remove_type

__all__ = [
    "DAYS",
    "PAGE",
    "ClassDay",
    "Loaded",
    "Outcome",
    "Statements",
    "Status",
    "StudentDays",
    "Tally",
    "accept",
    "accept_statements",
    "backfill",
    "backfill_statements",
    "bury",
    "class_day",
    "define_type",
    "event_type",
    "event_types",
    "events_of",
    "ingest",
    "ingest_call",
    "read_statements",
    "remove_type",
    "status",
    "store",
    "student_days",
    "totals",
    "wanted",
]
