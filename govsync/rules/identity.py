"""Who a record is: for the ledger, and for the authority.

The ledger knows a grade by the school's own ids, which never change. The authority knows it by
the student's CURP, which may be corrected: what was sent once keeps the id that it was sent
under, or a correction would make a second record there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid5

from govsync.domain import Candidate, Sender, State
from govsync.rules.comparing import REPLACED

LEDGER = UUID("5d5f4f0e-6c0b-4d5e-9a53-3a0c8d1f7b21")
WIRE = UUID("0b6c9c6e-52cf-4b5e-8d0a-6f2f4e1f7c11")
AUGUST = 8
NEVER_THERE = frozenset({State.REJECTED_DATA, State.BLOCKED_LOCAL, State.SUPERSEDED})


def record_id(school: str, period: str, subject: str, student: str) -> str:
    """The ledger's id of a grade's record, the same for all its revisions."""
    return str(uuid5(LEDGER, f"{school}\n{period}\n{subject}\n{student}"))


def wire_id(candidate: Candidate, sender: Sender) -> str:
    """The authority's id of a grade's record, of what the authority itself knows.

    A transfer to another school, the next school year and another subject are other records;
    another student's id in the school's books is not.
    """
    who = ("curp", candidate.curp)
    if not candidate.curp:
        who = ("local", f"{sender.school}\n{candidate.student}")
    what = (sender.cct, sender.year, candidate.period, candidate.sent_as)
    return str(uuid5(WIRE, "\n".join((*who, *what))))


def school_year(ends: date) -> str:
    """The school year, August to July, in which a period ends.

    >>> school_year(date(2025, 12, 18)), school_year(date(2026, 7, 15))
    ('2025-2026', '2025-2026')
    >>> school_year(date(2026, 8, 1))
    '2026-2027'
    """
    first = ends.year if ends.month >= AUGUST else ends.year - 1
    return f"{first}-{first + 1}"


@dataclass(slots=True)
class Identities:
    """Under which id each grade of a school goes; no id is given to two grades."""

    sent: Mapping[str, str] = field(default_factory=dict)  # by the ledger's id: what may be there
    _owners: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._owners = {wire: own for own, wire in self.sent.items()}

    def given(self, own: str, wanted: str) -> str:
        """The id that a grade goes under; empty when it is another grade's."""
        identity = self.sent.get(own, wanted)
        return identity if self._owners.setdefault(identity, own) == own else ""


def may_be_there(state: State, reason: str) -> bool:
    """Whether the authority may hold what was sent, or will if it is sent again."""
    return state not in NEVER_THERE or reason == REPLACED


def is_shared(subjects: Iterable[str], codes: Mapping[str, str]) -> bool:
    """Whether two of these subjects are one for the authority."""
    sent = [codes.get(one, one) for one in subjects]
    return len(set(sent)) < len(sent)
