"""What others can do with behaviour. The only door for other apps."""

from behavior.services.activity import DAYS, ClassDay, StudentDays, class_day, student_days
from behavior.services.burying import bury
from behavior.services.letters import Wanted
from behavior.services.operating import Refused, Status, dead_letters, status
from behavior.services.outcome import Outcome, Tally
from behavior.services.reading import PAGE, events_of, totals
from behavior.services.redriving import Pace, Redriven, redrive
from behavior.services.refused import (
    Tried,
    ask_to_redrive,
    content_of,
    redrive_as_asked,
    redrive_job,
    redrive_refused,
    refused_events,
    refused_several,
)
from behavior.services.searching import wanted
from behavior.services.sending import accept, backfill
from behavior.services.statements import (
    Loaded,
    Statements,
    accept_statements,
    backfill_statements,
    read_statements,
)
from behavior.services.storing import ingest, ingest_call, store
from behavior.services.tallying import DayTally, days_tallied, refused_tallied
from behavior.services.types import (
    define_type,
    event_type,
    event_types,
    remove_type,
    types_called,
)

__all__ = [
    "DAYS",
    "PAGE",
    "ClassDay",
    "DayTally",
    "Loaded",
    "Outcome",
    "Pace",
    "Redriven",
    "Refused",
    "Statements",
    "Status",
    "StudentDays",
    "Tally",
    "Tried",
    "Wanted",
    "accept",
    "accept_statements",
    "ask_to_redrive",
    "backfill",
    "backfill_statements",
    "bury",
    "class_day",
    "content_of",
    "days_tallied",
    "dead_letters",
    "define_type",
    "event_type",
    "event_types",
    "events_of",
    "ingest",
    "ingest_call",
    "read_statements",
    "redrive",
    "redrive_as_asked",
    "redrive_job",
    "redrive_refused",
    "refused_events",
    "refused_several",
    "refused_tallied",
    "remove_type",
    "status",
    "store",
    "student_days",
    "totals",
    "types_called",
    "wanted",
]
