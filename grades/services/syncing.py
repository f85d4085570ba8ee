"""What the government sync asks of grades. It keeps its own ledger; this is the grade's side.

A grade of a closed period is a candidate. A batch claims it at one version; if
the grade changes afterwards, the new version is a candidate of its own and
nothing that is said about the old one touches it.
"""

from collections.abc import Iterator, Mapping, Sequence

from grades.domain import Grade, GradeVersion
from grades.repository import grades, pending
from grades.repository.pending import Versioned
from luca.kernel.ids import PeriodId, StudentId, SubjectId
from tenants.domain import Course


def sync_candidates(period: PeriodId) -> Iterator[Grade]:
    """Yield the grades of a period that no batch has claimed, undefined ones included.

    An index nominates them and may lag some milliseconds behind; each is read
    consistently before it is yielded.
    """
    yield from pending.candidates(period)


def explanations(
    found: Sequence[Grade],
) -> Mapping[tuple[str, Course], GradeVersion]:
    """How the numbers of these grades came about."""
    return grades.present_versions(found)


def grade(student: StudentId, subject: SubjectId, period: PeriodId) -> Grade | None:
    """The grade as it is stored now."""
    return grades.get(student, Course(subject, period))


def claim(
    student: StudentId, subject: SubjectId, period: PeriodId, version: int, batch_key: str
) -> bool:
    """Freeze a candidate into a batch; False when another has it or it has changed.

    Repeating it for the same batch is True again.
    """
    return pending.claim(student, Course(subject, period), version, batch_key)


def claim_all(wanted: Sequence[Versioned], batch_key: str) -> list[bool]:
    """Claim many candidates for one batch; the answers are in their order."""
    return pending.claim_all(wanted, batch_key)


def release(
    student: StudentId, subject: SubjectId, period: PeriodId, version: int, batch_key: str
) -> bool:
    """Make what a batch has claimed a candidate again; it counts how often."""
    return pending.release(student, Course(subject, period), version, batch_key)


def give_back(
    student: StudentId, subject: SubjectId, period: PeriodId, version: int, batch_key: str
) -> bool:
    """The same, also where the authority had it: somebody wants it to be sent anew."""
    return pending.give_back(student, Course(subject, period), version, batch_key)


def mark_synced(
    student: StudentId,
    subject: SubjectId,
    period: PeriodId,
    version: int,
    batch_key: str,
    outcome: str = "ACCEPTED",
) -> bool:
    """Note that the authority has this version; False when a newer one took its place."""
    return pending.mark_synced(student, Course(subject, period), version, batch_key, outcome)


def mark_all_synced(accepted: Sequence[tuple[Versioned, str]], batch_key: str) -> list[bool]:
    """Note that the authority has these versions, each with its outcome."""
    return pending.mark_all_synced(accepted, batch_key)
