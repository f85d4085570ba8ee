"""A period's pending grades as the records that they would be now."""

from collections.abc import Iterator

from govsync import demands, rules
from govsync.domain import Candidate, Record, Run, Sender
from govsync.repository import batches, runs, subjects
from govsync.rules import Identities
from grades import services as grades
from grades.domain import Grade
from luca.kernel import clock, context
from luca.kernel.ids import PeriodId
from luca.kernel.iterate import chunks
from tenants import services as tenants

READ = 100  # students that are read at once


def records(period: PeriodId, identities: Identities) -> Iterator[Record]:
    """Yield every candidate as the record that it would be now."""
    sender, at = sender_of(period), clock.now()
    for some in chunks(grades.sync_candidates(period), READ):
        for candidate in _candidates(some):
            yield rules.record_of(candidate, sender, at, demands.current(), identities)


def identities(run: Run) -> Identities:
    """What grades of the period were sent as, the oldest runs first.

    Only where two subjects have one code does a run also look at what it has frozen itself:
    elsewhere no two grades of it can mean the same record.
    """
    codes = subjects.codes()
    shared = rules.is_shared({one.subject for one in tenants.courses(run.period)}, codes)
    sent: dict[str, str] = {}
    for identity in reversed(runs.listed(run.period)):
        if identity != run.id or shared:
            for own, wire in batches.sent(identity):
                sent.setdefault(own, wire)
    return Identities(sent)


def sender_of(period: PeriodId) -> Sender:
    cct, ends = tenants.school_profile().cct, tenants.period(period).ends
    return Sender(context.school(), cct, rules.school_year(ends))


def _candidates(some: list[Grade]) -> list[Candidate]:
    known, codes = tenants.students({grade.student for grade in some}), subjects.codes()
    told = grades.explanations(some)
    return [
        Candidate(
            student=grade.student,
            subject=grade.subject,
            period=grade.period,
            version=grade.version,
            score=grade.score,
            verdict=grade.verdict.value,
            curp=known[grade.student].curp if grade.student in known else "",
            known=grade.student in known,
            code=codes.get(grade.subject, ""),
            metadata=rules.metadata(grade, told.get((grade.student, grade.course))),
        )
        for grade in some
    ]
