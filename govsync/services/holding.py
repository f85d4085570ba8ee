"""A school's hold: while it is there nothing of it is sent, and no run begins."""

from govsync import rules
from govsync.domain import Hold, HoldReason, State
from govsync.repository import holds
from govsync.services.failures import HELD, Failed
from luca.aws import alerts
from luca.kernel import clock, context
from luca.kernel.errors import Conflict
from luca.telemetry import log, metric

TO_DO = {
    HoldReason.OPERATOR: "Somebody paused it; resume it when the cause is gone.",
    HoldReason.UNAUTHORIZED: "Correct the authority's token in the settings, then resume.",
    HoldReason.MISDIRECTED: "What answers at the authority's address does not know our calls."
    " Correct LUCA_AUTHORITY_URL in the settings, then resume.",
    HoldReason.EVERYTHING_REJECTED: "The authority refused every record of a whole batch, each by"
    " itself. Find the common cause in the run's rejects, correct it, then resume.",
}
logger = log(__name__)


def held() -> Hold | None:
    """Why and since when nothing of the school is sent; None when nothing holds it."""
    return holds.get()


def hold(reason: HoldReason, why: str = "") -> Hold:
    """Set a hold. One that is there already stays, with its own reason and time."""
    fresh = Hold(clock.now(), reason, context.actor() or "")
    if holds.add(fresh, why):
        logger.warning("sync_held", reason=reason.value)
        metric("SyncHeld", reason=reason.value)
        alerts.publish(
            "alerts",
            "Luca: a school's government sync is held",
            {"reason": reason.value, "what_to_do": TO_DO[reason]},
        )
    return holds.get() or fresh


def stopped(judgement: rules.Judgement) -> None:
    """Hold the school after an answer after which nothing of it would pass."""
    refused = judgement.state is State.REJECTED_AUTH
    hold_by_luca(HoldReason.UNAUTHORIZED if refused else HoldReason.MISDIRECTED)


def hold_by_luca(reason: HoldReason) -> Hold:
    """The same as Luca's own act: whoever started the run did not ask for it."""
    given = context.correlation_id()
    with context.entered(school=context.school(), correlation_id=given):
        return hold(reason)


def check_may_start() -> None:
    """Raise Conflict while the school is held."""
    found = held()
    if found is not None:
        raise Conflict(
            f"The school's sync is held ({found.reason.value}) since {clock.stamp(found.since)};"
            " correct the cause, then resume it.",
            code="sync_held",
        )


def check_may_call() -> None:
    """Raise the failure that ends an execution while the school is held."""
    found = held()
    if found is not None:
        raise Failed(HELD, f"The school's sync is held: {found.reason.value}.")
