"""The decisions of the sync: what is sent, what an answer means, and whether it adds up."""

from govsync.rules.answers import (
    Judgement,
    Outcome,
    bounded,
    is_down,
    is_too_fast,
    judge,
    judge_reading,
    known_code,
    said,
)
from govsync.rules.balance import balance, totals
from govsync.rules.catalogue import Catalogue
from govsync.rules.causes import PROBLEMS, Cause, Fault, causes
from govsync.rules.comparing import CLAIMED_TO_BE_THERE, Later, compared, is_erased
from govsync.rules.forecast import Forecast, Known, ended, forecast
from govsync.rules.freezing import (
    MOST_BYTES,
    MOST_RECORDS,
    batch_key,
    body,
    cut,
    record_of,
)
from govsync.rules.identity import (
    Identities,
    is_shared,
    may_be_there,
    record_id,
    school_year,
    wire_id,
)
from govsync.rules.metadata import metadata
from govsync.rules.next_steps import RESTART, NextStep, next_step
from govsync.rules.overtaking import ASKING, NEVER_CAME, OVERTAKEN, divided, overtaken
from govsync.rules.watching import Watch
from govsync.rules.whole import (
    FOREIGN,
    MISSING,
    WITHDRAWN,
    Discrepancy,
    Ledger,
    Outline,
    counted,
    disagreements,
    period_balance,
)

__all__ = [
    "ASKING",
    "CLAIMED_TO_BE_THERE",
    "FOREIGN",
    "MISSING",
    "MOST_BYTES",
    "MOST_RECORDS",
    "NEVER_CAME",
    "OVERTAKEN",
    "PROBLEMS",
    "RESTART",
    "WITHDRAWN",
    "Catalogue",
    "Cause",
    "Discrepancy",
    "Fault",
    "Forecast",
    "Identities",
    "Judgement",
    "Known",
    "Later",
    "Ledger",
    "NextStep",
    "Outcome",
    "Outline",
    "Watch",
    "balance",
    "batch_key",
    "body",
    "bounded",
    "causes",
    "compared",
    "counted",
    "cut",
    "disagreements",
    "divided",
    "ended",
    "forecast",
    "is_down",
    "is_erased",
    "is_shared",
    "is_too_fast",
    "judge",
    "judge_reading",
    "known_code",
    "may_be_there",
    "metadata",
    "next_step",
    "overtaken",
    "period_balance",
    "record_id",
    "record_of",
    "said",
    "school_year",
    "totals",
    "wire_id",
]
