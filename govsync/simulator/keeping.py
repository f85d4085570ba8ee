"""What of an accepted batch is really kept, and how."""

import hashlib
import json
from collections.abc import Iterable, Mapping

from govsync.simulator.chaos import Switches
from govsync.simulator.checks import Row
from govsync.simulator.script import Deed

CHANGED = Deed("change")


def kept(
    key: str, grades: Iterable[Row], switches: Switches, deeds: Mapping[str, Deed]
) -> list[tuple[Row, str]]:
    """Each record as it is kept, and what was done to it: nothing, "changed" or "lost"."""
    lost = deeds["lose"].records if "lose" in deeds else 0
    changed = deeds["change"].records if "change" in deeds else 0
    found = []
    for n, grade in enumerate(grades):
        record = grade["record_id"]
        if n < lost or switches.is_lost(key, record):
            found.append((grade, "lost"))
        elif n < changed or switches.is_changed(key, record):
            found.append((_changed(grade, deeds.get("change", CHANGED)), "changed"))
        else:
            found.append((grade, ""))
    return found


def _changed(grade: Row, deed: Deed) -> Row:
    """The record with another score, and the revision of what it is now."""
    score = deed.score if deed.score != grade["score"] else "1"
    other = {**grade, "score": score}
    return other if deed.revision == "sent" else {**other, "revision": revision(other)}


def revision(grade: Row) -> str:
    """The hash of a record's canonical text without its revision, as the contract has it."""
    content = {name: value for name, value in grade.items() if name != "revision"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
