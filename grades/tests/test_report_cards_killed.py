"""A real worker prints a group's report cards; killed in the middle, another one does."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from grades import services
from grades.tests.cast import AUTUMN, FIRST_A, MATHS, TERESA
from grades.tests.test_killed import PATIENCE, WORKER, process, until
from luca.aws import jobs
from luca.aws.jobs import State
from luca.aws.tests import redelivery
from luca.kernel import context
from luca.kernel.ids import StudentId
from tenants import services as tenants
from tenants.domain import Enrolment, Student

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from luca.localaws.embedded import Embedded

pytestmark = pytest.mark.slow
STUDENTS = [StudentId(f"s{n:03d}") for n in range(400)]


def test_a_killed_worker_s_print_is_made_by_another(
    aws: Embedded, north: str, every_queue: SQSClient
) -> None:
    tenants.add_students([Student(one, "Somebody") for one in STUDENTS])
    tenants.enrol(MATHS, AUTUMN, [Enrolment(one, FIRST_A) for one in STUDENTS])
    with context.entered(school=north, actor=TERESA, groups=frozenset({"teacher"})):
        job = services.begin_group_cards(FIRST_A, AUTUMN, "es").id
    with (
        redelivery.soon_after_a_death(every_queue),
        process(aws, "worker", *WORKER) as running,
    ):
        until(lambda: jobs.get(job).done > 0, 90)
        running.send_signal(signal.SIGKILL)
        running.wait()
    found = jobs.get(job)
    assert (found.state, found.file) == (State.RUNNING, ""), "it was killed too late"

    with process(aws, "worker", *WORKER):
        until(lambda: jobs.get(job).state is State.DONE, PATIENCE, every=0.5)

    assert jobs.get(job).data == {"cards": 402, "provisional": 402}
    assert jobs.content(job).content.startswith(b"%PDF-")
