"""What is given up is set aside where people look, with what they have to do."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from govsync.domain import GIVEN_UP, UNDER_WAY, Batch, Run, State
from govsync.repository import batches
from govsync.services import dlq
from govsync.services.applying import size_of
from govsync.services.sending import live
from luca.aws import alerts
from luca.kernel import clock, context
from luca.telemetry import log, metric

TO_DO = {
    State.DEAD: "Look at the last answer. When the authority is well again: redrive the run;"
    " the batch keeps its key.",
    State.CONFLICT: "The authority knows this key with another content. Compare the batch with"
    " the authority's copy; if ours is right, resend the run's, and the next run sends it anew.",
    State.REJECTED_AUTH: "Correct the authority's token in the settings, then redrive the run.",
}
RUN_TO_DO = "Look at the error, correct its cause, then redrive the run; nothing is sent twice."
logger = log(__name__)


def bury(run: Run, number: str, sent: Mapping[str, Any]) -> None:
    """Give a batch up: its records are dead, and the queue of dead letters says why."""
    batch = batches.get(run.id, number)
    if batch is None or batch.applied or batch.state not in UNDER_WAY | GIVEN_UP:
        return  # one that is answered is not dead, whatever went wrong after the answer
    reason = str(sent.get("reason") or sent.get("Error") or "")
    state = batch.state if batch.state in GIVEN_UP else State.DEAD
    at = clock.now()
    gone = replace(batch.become(state, at, reason), applied=True)
    records = [
        record.become(state, at, batch.attempts, reason) if record in live([record]) else record
        for record in batches.records(run.id, number)
    ]
    # First the letter, then the ledger: cut off in between, it is written twice and not never.
    dlq.put(_letter(run, gone, reason))
    line = batches.line_of(gone, records, size=size_of(batch, records))
    batches.settle(gone, records, line, was_open=True)
    logger.warning("batch_buried", run=run.id, batch=number, state=state.value, reason=reason)
    metric("SyncBatchesBuried")
    _tell(run, gone, reason)


def bury_run(run: Run, error: Mapping[str, Any]) -> None:
    """Say on the queue of dead letters that a whole run has failed."""
    letter = {
        "kind": dlq.RUN,
        "error": error.get("Error", ""),
        "cause": error.get("Cause", ""),
        "what_to_do": RUN_TO_DO,
        **_common(run),
    }
    dlq.put(letter)
    logger.error("run_buried", run=run.id, error=letter["error"])
    metric("SyncRunsFailed")
    alerts.publish(
        "alerts",
        "Luca: a run of the government sync has failed",
        {
            "kind": dlq.RUN,
            "run": run.id,
            "period": run.period,
            "error": letter["error"],
            "what_to_do": RUN_TO_DO,
        },
    )


def _tell(run: Run, batch: Batch, reason: str) -> None:
    alerts.publish(
        "alerts",
        "Luca: a batch of the government sync was given up",
        {
            "kind": dlq.BATCH,
            "run": run.id,
            "period": run.period,
            "batch": batch.number,
            "records": batch.count,
            "state": batch.state.value,
            "attempts": batch.attempts,
            "reason": reason,
            "what_to_do": TO_DO[batch.state],
        },
    )


def _letter(run: Run, batch: Batch, reason: str) -> dict[str, Any]:
    return {
        "kind": dlq.BATCH,
        "batch": batch.number,
        "key": batch.key,
        "records": batch.count,
        "state": batch.state.value,
        "attempts": batch.attempts,
        "reason": reason,
        "last_answer": batch.answer,
        "what_to_do": TO_DO[batch.state],
        **_common(run),
    }


def _common(run: Run) -> dict[str, Any]:
    return {
        "execution": run.executions,
        "school_id": context.school(),
        "run": run.id,
        "period": run.period,
        "correlation_id": context.correlation_id(),
        "at": clock.stamp(clock.now()),
    }
