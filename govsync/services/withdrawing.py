"""Grades that are taken back after they had arrived: the contract has no word for it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from govsync import rules
from govsync.domain import Record, Run, State, Transition
from govsync.services import history

TAKEN_BACK = {"undefined_grade": "withdrawn", "unknown_student": "student_gone"}


def voided(run: Run, refused: Sequence[Record]) -> list[Record]:
    """Of what our own checks refuse, call void what has arrived before and is no grade any more.

    Nobody can correct such a record. It stays a candidate, so that a later run
    sends it if the grade comes back.
    """
    if not any(one.reason in TAKEN_BACK for one in refused):
        return list(refused)
    known = history.arrived(run.period)
    return [_void(one) if one.reason in TAKEN_BACK and one.id in known else one for one in refused]


def _void(record: Record) -> Record:
    why = TAKEN_BACK[record.reason]
    first = Transition(State.VOID, record.history[-1].at, 0, why)
    return replace(record, state=State.VOID, reason=why, history=(first,))


def held_still(run: Run, held: Mapping[str, str]) -> list[rules.Discrepancy]:
    """What a run has voided and the authority holds all the same."""
    found = rules.disagreements(history.ledger(run.period), held)
    return [one for one in found if one.kind == rules.WITHDRAWN]
