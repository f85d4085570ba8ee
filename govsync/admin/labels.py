"""What the sync's words are called, and how they are coloured."""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from govsync.domain import HoldReason, RunKind, RunStatus, State
from govsync.engine import Phase

Text = str | Promise
GOOD, BAD, CARE, BUSY, QUIET = "success", "danger", "warning", "info", ""

STATES: Mapping[State, tuple[Text, str]] = {
    State.DRAFT: (_("Being put together"), QUIET),
    State.BLOCKED_LOCAL: (_("Held back here"), CARE),
    State.PENDING: (_("Waiting to be sent"), QUIET),
    State.IN_FLIGHT: (_("Being sent"), BUSY),
    State.RETRYABLE: (_("To be tried again"), BUSY),
    State.UNKNOWN: (_("Sent, no answer"), CARE),
    State.ACCEPTED: (_("Accepted"), GOOD),
    State.ACCEPTED_DUPLICATE: (_("Accepted before"), GOOD),
    State.REJECTED_DATA: (_("Rejected"), BAD),
    State.REJECTED_AUTH: (_("Credentials refused"), BAD),
    State.CONFLICT: (_("In conflict"), BAD),
    State.DEAD: (_("Given up"), BAD),
    State.SUPERSEDED: (_("Replaced by a newer one"), QUIET),
    State.VOID: (_("Taken back"), CARE),
    State.VERIFIED: (_("Verified"), GOOD),
    State.DRIFTED: (_("Different there"), BAD),
}
RUNS: Mapping[RunStatus, tuple[Text, str, str]] = {
    RunStatus.RUNNING: (_("Under way"), BUSY, "sync"),
    RunStatus.DONE: (_("Done"), GOOD, "check_circle"),
    RunStatus.FAILED: (_("Failed"), BAD, "error"),
    RunStatus.PAUSED: (_("Paused"), CARE, "pause_circle"),
}
KINDS: Mapping[RunKind, Text] = {
    RunKind.FIRST: _("First run"),
    RunKind.CORRECTION: _("Correction"),
}
HOLDS: Mapping[HoldReason, Text] = {
    HoldReason.OPERATOR: _("Somebody paused it. Resume it when the cause is gone."),
    HoldReason.UNAUTHORIZED: _(
        "The authority refused our credentials. Whoever runs Luca has to correct them; then resume."
    ),
    HoldReason.MISDIRECTED: _(
        "What answers at the authority's address does not know our calls. Whoever runs Luca "
        "has to correct the address; then resume."
    ),
    HoldReason.EVERYTHING_REJECTED: _(
        "The authority refused every record of a whole batch. Look for the common cause among "
        "the rejected records, correct it, then resume."
    ),
}
PHASES: Mapping[Phase, Text] = {
    Phase.ENTERING: _("begins"),
    Phase.CALLING: _("at work"),
    Phase.WAITING: _("waits"),
    Phase.BACKING_OFF: _("waits to try again"),
    Phase.MAPPING: _("works on several"),
    Phase.QUEUED: _("waits for its turn"),
    Phase.SUCCEEDED: _("ended well"),
    Phase.FAILED: _("ended with an error"),
}
# What the deployed machine calls its states; one of another definition goes by its own name.
STEPS: Mapping[str, Text] = {
    "Snapshot": _("Freeze the grades"),
    "CheckFrozen": _("All frozen?"),
    "QueryPending": _("Next batch"),
    "CheckEmpty": _("Any left?"),
    "Continue": _("Go on in a new part"),
    "PrepBatch": _("Prepare the batch"),
    "SendBatch": _("Send the batch"),
    "CheckSent": _("What was the answer?"),
    "WaitTurn": _("Wait for our turn"),
    "FirstDelay": _("First repetition"),
    "SecondDelay": _("Second repetition"),
    "ThirdDelay": _("Third repetition"),
    "ChooseDelay": _("How long to wait?"),
    "WaitAsTold": _("Wait as told"),
    "WaitBackoff": _("Wait 5, 15, 45 s"),
    "WaitRate": _("Keep to the rate"),
    "MarkSynced": _("Note the answer"),
    "BuryBatch": _("Give the batch up"),
    "Held": _("Held"),
    "StartReading": _("Begin to read back"),
    "ReadBack": _("Read back"),
    "CheckRead": _("All read?"),
    "WaitRead": _("Wait to read on"),
    "PrepCompare": _("Prepare to compare"),
    "Reconcile": _("Compare"),
    "CheckBalance": _("Does it add up?"),
    "Done": _("Done"),
    "Unbalanced": _("It does not add up"),
    "BuryRun": _("Give the run up"),
    "Failed": _("Failed"),
}
ERRORS: Mapping[str, Text] = {
    "Gov.Paused": _("Somebody paused the sync."),
    "Gov.Held": _("The sync is held: nothing is sent until somebody resumes it."),
    "Gov.Unbalanced": _(
        "Not every record is accounted for: see the reconciliation, then send the given-up "
        "batches again or reconcile once more."
    ),
    "Gov.ClientError": _("The authority's answer cannot be read. Ask the authority."),
    "Gov.StoreBusy": _("The database was too busy, again and again. Send again later."),
    "Gov.ChangedMeanwhile": _("Another worker was faster, again and again. Send again later."),
    "Gov.UnknownTask": _(
        "The machine asks for work that Luca does not know. Tell whoever runs Luca."
    ),
    "Gov.Broken": _("Something went wrong inside Luca. Tell whoever runs Luca, then send again."),
    "Gov.Stale": _("It was about a part of the run that is over."),
    "Gov.Continue": _("The run goes on in its next part."),
    "Gov.Aborted": _("Somebody stopped it from outside of Luca. Send again."),
    "States.Timeout": _("The deadline passed, or a step took too long."),
    "States.HeartbeatTimeout": _("A worker went silent, again and again."),
    "States.TaskFailed": _("A step failed."),
    "States.Runtime": _("The machine met data that it cannot work with. Tell whoever runs Luca."),
}
CODES: Mapping[str, Text] = {
    # what our own checks find
    "undefined_grade": _("No grade yet"),
    "score_out_of_scale": _("Grade outside the authority's scale"),
    "too_many_decimals": _("Too many decimals"),
    "unknown_student": _("Student not registered"),
    "missing_curp": _("CURP missing"),
    "no_curp": _("CURP missing"),
    "curp_invalid": _("CURP not valid"),
    "unknown_subject_code": _("Subject without the authority's code"),
    "unknown_subject": _("Subject without the authority's code"),
    "record_twice": _("Two grades are the same record there"),
    "unknown_verdict": _("Verdict not known there"),
    "no_cct": _("School without CCT"),
    "cct_invalid": _("CCT not valid"),
    "nothing_to_send": _("Nothing in it to send"),
    # what the authority says
    "accepted": _("Accepted"),
    "duplicate": _("It had it already"),
    "rejected": _("Rejected"),
    "invalid_records": _("Some records are not valid"),
    "score": _("Grade refused"),
    "missing": _("Something is missing"),
    "malformed": _("It could not read the call"),
    "not_an_object": _("It could not read the call"),
    "no_key": _("The call had no key"),
    "conflict": _("Key known with another content"),
    "key_known_with_other_content": _("Key known with another content"),
    "too_large": _("The call was too large"),
    "too_many": _("Too many records in a call"),
    "too_many_calls": _("Too many calls"),
    "unauthorized": _("Credentials refused"),
    "forbidden": _("Credentials refused"),
    "outage": _("The authority is down"),
    "unavailable": _("The authority is not available"),
    "gateway": _("Something before the authority failed"),
    "other": _("A code that Luca does not know"),
    # how a call went
    "no_answer": _("No answer"),
    "unreachable": _("Not reachable"),
    "read_by_key": _("Asked by its key: it is there"),
    "asking_by_key": _("Asking by its key whether it is there"),
    "asked_in_vain": _("Asked by its key, without an answer"),
    "not_taken": _("Asked by its key: it is not there"),
    "redriven": _("Sent again by hand"),
    "taken_in_part": _("Accepted while others were rejected"),
    # what comparing finds
    "read_back": _("Read back, identical"),
    "other_revision": _("It holds another content"),
    "older_revision": _("It went back to an older grade"),
    "overtaken_by_later_run": _("A later run sends it"),
    "replaced_by_later_run": _("A later run has replaced it"),
    "changed_or_claimed_elsewhere": _("The grade changed meanwhile"),
    "withdrawn": _("The grade was taken back here"),
    "taken_back": _("Gone on both sides"),
}
DISCREPANCIES: Mapping[str, Text] = {
    "missing": _("Confirmed once, and not there"),
    "other_revision": _("Other content there"),
    "older_revision": _("Older grade there"),
    "unknown": _("Sent, never answered, not there"),
    "foreign": _("There, and never sent by us"),
    "arrived": _("Given up here, and there all the same"),
    "withdrawn": _("Taken back here, and there still"),
}
_STATUS = re.compile(r"http_(\d{3})")


def state(one: State) -> str:
    return str(STATES[one][0])


def tone(one: State) -> str:
    return STATES[one][1]


def step(name: str) -> str:
    """A state of the machine in words; its own name where we have none."""
    return str(STEPS.get(name, name))


def error(name: str) -> str:
    return str(ERRORS.get(name, name))


def phase(name: str) -> str:
    return str(PHASES[Phase(name)]) if name in set(Phase) else name


def code(name: str) -> str:
    """A reason in words; a code of another version of Luca stays as it is."""
    found = _STATUS.fullmatch(name)
    if found:
        return now("The authority answered %(status)s") % {"status": found[1]}
    if name.startswith("split_off_"):
        return now("Split off batch %(number)s") % {"number": name.removeprefix("split_off_")}
    return str(CODES.get(name, name))


def answer(said: str) -> str:
    """The authority's last answer: its status and its codes, as the ledger keeps them.

    Before a batch is given up it is asked for by its key: what was said then stands behind.
    """
    parts = [_answered(one) for one in said.split("; asked by key: ")]
    return f"; {now('asked by its key')}: ".join(parts)


def _answered(said: str) -> str:
    words = "no_answer" if said == "no answer" else said
    codes = list(dict.fromkeys(words.split()))
    told = [one for one in codes if one != "other"] or codes  # a status says more than that
    return ", ".join(str(CODES.get(one, one)) for one in told)


def discrepancy(kind: str) -> str:
    return str(DISCREPANCIES.get(kind, kind))
