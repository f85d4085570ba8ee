"""A school's legal hold: one item, set and lifted together with its entry in the audit log."""

from __future__ import annotations

from lake import keys
from lake.domain import Hold
from lake.models import LakeHoldItem
from luca.aws import audit, store
from luca.kernel import context


def get() -> Hold | None:
    """The hold of the context's school, as it is at this moment."""
    found = store.get(LakeHoldItem, keys.erasures(), keys.HOLD, consistent=True)
    return None if found is None else Hold(found.since, found.case, found.by or "")


def add(hold: Hold) -> bool:
    """Set it; False when there is one already, which stays as it is."""
    item = LakeHoldItem(
        keys.erasures(), keys.HOLD, since=hold.since, case=hold.case, by=hold.by or None
    )
    work = store.Transaction()
    work.put(item, LakeHoldItem.pk.does_not_exist())
    return _told(work, audit.Action.LAKE_HELD, hold.case)


def lift(hold: Hold) -> bool:
    """Lift it; False when it is not there any more."""
    work = store.Transaction()
    work.delete(LakeHoldItem(keys.erasures(), keys.HOLD), LakeHoldItem.case == hold.case)
    return _told(work, audit.Action.LAKE_RELEASED, hold.case)


def _told(work: store.Transaction, act: audit.Action, case: str) -> bool:
    audit.join(work, act, f"school:{context.school()}", case=case)
    try:
        store.patiently(work)
    except store.ConditionFailed:
        return False
    return True
