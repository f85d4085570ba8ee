"""Which of the authority's codes a school's subjects have: one small item."""

import json
from collections.abc import Mapping

from govsync import keys
from govsync.models import SubjectsItem
from luca.aws import audit, store
from luca.kernel.errors import PreconditionFailed


def get() -> tuple[Mapping[str, str], int]:
    """Codes by subject, and the version; 0 when nobody has mapped anything yet."""
    found = store.get(SubjectsItem, keys.subjects(), keys.SINGLE, consistent=True)
    return ({}, 0) if found is None else (json.loads(found.codes), int(found.version))


def codes() -> Mapping[str, str]:
    return get()[0]


def save(codes: Mapping[str, str], seen: int) -> int:
    """Replace the map, if it is still the one that was seen; return its version."""
    fresh = SubjectsItem(
        keys.subjects(), keys.SINGLE, codes=json.dumps(dict(codes)), version=seen + 1
    )
    new = SubjectsItem.pk.does_not_exist()
    work = store.Transaction()
    work.put(fresh, SubjectsItem.version == seen if seen else new)
    audit.join(work, audit.Action.SYNC_SUBJECTS_MAPPED, "sync:subjects", subjects=str(len(codes)))
    try:
        store.patiently(work)
    except store.ConditionFailed:
        raise PreconditionFailed("The codes have another version than the one you saw.") from None
    return seen + 1
