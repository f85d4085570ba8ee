"""The door to the government sync, all of the context's school but for the sweep."""

from govsync.rules import Cause, Forecast, NextStep, Watch
from govsync.rules.advice import advice
from govsync.services.actions import ACTIONS
from govsync.services.advancing import advance, sweep
from govsync.services.answering import Asked, answer
from govsync.services.archiving import WORK as EVIDENCE
from govsync.services.archiving import Made, begin_evidence, estimate, evidence_for_job, pack
from govsync.services.campaigning import advance as advance_campaign
from govsync.services.campaigning import answer as answer_campaign
from govsync.services.campaigning import sweep as sweep_campaigns
from govsync.services.campaigns import campaign, opened, preview_all, start_all, status_all
from govsync.services.checking import Preflight, map_subjects, subject_codes
from govsync.services.dlq import Letter
from govsync.services.dlq import clear as clear_letters
from govsync.services.dlq import listed as letters
from govsync.services.foreseeing import expected, forecast, foresee
from govsync.services.forgetting import (
    evidence_naming,
    evidence_of,
    is_evidence,
    strip_evidence,
)
from govsync.services.held import check_settled, places_of
from govsync.services.holding import held
from govsync.services.ledger import discrepancies, records_page, rejects
from govsync.services.looking import (
    Carried,
    Dead,
    Progress,
    batches_page,
    dead_letters,
    given_up_anywhere,
    progress,
    runs_page,
    runs_summed,
    steps_page,
)
from govsync.services.opening import ACTIONS as CAMPAIGN_ACTIONS
from govsync.services.pausing import pause, resume
from govsync.services.quarters import begin_quarter
from govsync.services.reporting import (
    Sum,
    begin_causes,
    begin_preflight,
    begin_whole,
    causes_at_once,
    causes_for_job,
    causes_of,
    preflight_for_job,
    preflight_of,
    whole_for_job,
    whole_of,
)
from govsync.services.resending import resend, resendable
from govsync.services.running import (
    Status,
    correct,
    dead,
    latest,
    preflight,
    preview,
    preview_correction,
    reconcile,
    redrive,
    restartable,
    run,
    start,
    status,
    steps,
)
from govsync.services.shadowing import Place
from govsync.services.showing import (
    Standing,
    Working,
    batch,
    drawing,
    given_up,
    passed,
    period_of,
    reconciliation,
    records_by_batch,
    standing,
    under_way,
    working,
)
from govsync.services.troubles import Trouble, What, troubles
from govsync.services.verifying import verify
from govsync.services.watching import check_period, check_periods, close, watched
from govsync.services.whole import Whole, whole

__all__ = [
    "ACTIONS",
    "CAMPAIGN_ACTIONS",
    "EVIDENCE",
    "Asked",
    "Carried",
    "Cause",
    "Dead",
    "Forecast",
    "Letter",
    "Made",
    "NextStep",
    "Place",
    "Preflight",
    "Progress",
    "Standing",
    "Status",
    "Sum",
    "Trouble",
    "Watch",
    "What",
    "Whole",
    "Working",
    "advance",
    "advance_campaign",
    "advice",
    "answer",
    "answer_campaign",
    "batch",
    "batches_page",
    "begin_causes",
    "begin_evidence",
    "begin_preflight",
    "begin_quarter",
    "begin_whole",
    "campaign",
    "causes_at_once",
    "causes_for_job",
    "causes_of",
    "check_period",
    "check_periods",
    "check_settled",
    "clear_letters",
    "close",
    "correct",
    "dead",
    "dead_letters",
    "discrepancies",
    "drawing",
    "estimate",
    "evidence_for_job",
    "evidence_naming",
    "evidence_of",
    "expected",
    "forecast",
    "foresee",
    "given_up",
    "given_up_anywhere",
    "held",
    "is_evidence",
    "latest",
    "letters",
    "map_subjects",
    "opened",
    "pack",
    "passed",
    "pause",
    "period_of",
    "places_of",
    "preflight",
    "preflight_for_job",
    "preflight_of",
    "preview",
    "preview_all",
    "preview_correction",
    "progress",
    "reconcile",
    "reconciliation",
    "records_by_batch",
    "records_page",
    "redrive",
    "rejects",
    "resend",
    "resendable",
    "restartable",
    "resume",
    "run",
    "runs_page",
    "runs_summed",
    "standing",
    "start",
    "start_all",
    "status",
    "status_all",
    "steps",
    "steps_page",
    "strip_evidence",
    "subject_codes",
    "sweep",
    "sweep_campaigns",
    "troubles",
    "under_way",
    "verify",
    "watched",
    "whole",
    "whole_for_job",
    "whole_of",
    "working",
]
