"""What a person has compared and wants to be sent anew: lost, changed or disputed over there.

A redrive keeps the key, and under a key that the authority knows it takes nothing twice. The
grades are given back instead, so that the next run sends them as a revision of its own.
"""

from govsync.domain import Record, Run, RunStatus, State
from govsync.repository import batches
from govsync.services import running
from grades import services as grades
from luca.aws import audit
from luca.kernel.errors import Conflict
from luca.telemetry import log

FOR_A_PERSON = frozenset({State.DRIFTED, State.CONFLICT})
logger = log(__name__)


def resendable(identity: str) -> int:
    """How many records of an ended run a person may have sent anew."""
    return len(_records(_ended(identity)))


def resend(identity: str, why: str = "") -> int:
    """Make candidates of them again; return of how many grades that was still wanted.

    A grade that a later run carries, or that was corrected since, goes its own way already.
    """
    run = _ended(identity)
    found = _records(run)
    audit.record(audit.Action.SYNC_RESENT, f"run:{run.id}", reason=why, records=str(len(found)))
    given = [
        grades.give_back(one.student, one.subject, run.period, one.grade_version, claim)
        for claim, one in found
    ]
    logger.info("records_given_back", run=run.id, count=sum(given))
    return sum(given)


def _records(run: Run) -> list[tuple[str, Record]]:
    """Each with what its grade is claimed under."""
    found: list[tuple[str, Record]] = []
    for line in batches.book(run.id):
        batch = None
        if any(line.counts.get(state) for state in FOR_A_PERSON):
            batch = batches.get(run.id, line.number)
        if batch is not None:
            some = batches.records(run.id, line.number)
            found += [(batch.claim, one) for one in some if _is_for_a_person(one)]
    return found


def _is_for_a_person(record: Record) -> bool:
    return record.state in FOR_A_PERSON and not record.moved_to


def _ended(identity: str) -> Run:
    found = running.run(identity)
    if found.status is RunStatus.RUNNING:
        raise Conflict("The run is still under way.", code="run_under_way")
    return found
