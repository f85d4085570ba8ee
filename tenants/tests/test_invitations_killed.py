"""A real worker is killed in the middle of an import; the next finishes it and mails once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from luca.aws import identity
from luca.aws.tests import redelivery
from tenants import services
from tenants.domain.accounts import AccountState, InvitationState
from tenants.tests.office import Office, address, invitations, rights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from luca.localaws.embedded import Embedded

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
PEOPLE = 40
PATIENCE = 400  # seconds; only guards against hanging
# What a dead worker has claimed is free when its message comes again, as it is in production.
LEASE = redelivery.HIDDEN * 3 // 4
CLAIMS_BRIEFLY = f"""
import sys
from datetime import timedelta
from celery.__main__ import main
from luca.celery import app
app.loader.import_default_modules()
sys.modules["tenants.services.account_worker"].LEASE = timedelta(seconds={LEASE})
main()
"""
WORKER = (
    *("-c", CLAIMS_BRIEFLY, "-A", "luca", "worker", "-P", "threads", "-c", "2"),
    *("-Q", "luca-tasks-queue", "--without-gossip", "--without-mingle"),
)


@contextmanager
def worker(aws: Embedded) -> Iterator[subprocess.Popen[bytes]]:
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    running = subprocess.Popen(
        [sys.executable, *WORKER],
        cwd=ROOT,
        env={**environ, **aws.environment("worker")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def until(true: Callable[[], bool], seconds: float, every: float = 0.05) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(every)


def in_work() -> list[str]:
    """Those that a worker has taken and not finished."""
    found = services.invitations(InvitationState.WAITING, limit=100, start=None)[0]
    return [one.id for one in found if one.claimed_until]


def kill_in_the_middle(aws: Embedded) -> bool:
    """Kill workers until one leaves work behind that it had taken."""
    for _ in range(12):
        with worker(aws) as running:
            until(lambda: bool(in_work()), 90, every=0.002)
            running.send_signal(signal.SIGKILL)
            running.wait()
        if in_work():
            return True
    return False


@pytest.mark.usefixtures("soon_seen_again")
def test_a_killed_worker_s_import_is_finished_by_the_next(aws: Embedded, office: Office) -> None:
    emails = {f"staff-{n:02d}": address() for n in range(PEOPLE)}
    rows = invitations((person, email, "gov_operator") for person, email in emails.items())
    with office.desk():
        services.invite_all(rows)

    assert kill_in_the_middle(aws)
    counts = services.invitation_progress()
    assert counts["sent"] + counts["waiting"] == PEOPLE

    with worker(aws):
        wanted = {**counts, "sent": PEOPLE, "waiting": 0}
        until(lambda: services.invitation_progress() == wanted, PATIENCE, every=0.5)
    assert in_work() == []
    for person, email in emails.items():
        assert rights(email) == {"gov_operator"}
        assert len(office.mails(email)) == 1
        found = identity.find(email)
        assert found is not None
        assert found.login == identity.Login(office.school, person)
        assert services.account(person).account.state is AccountState.INVITED
