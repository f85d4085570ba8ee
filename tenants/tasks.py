"""Celery's doors to schools and people: parse, call one service. All are safe to run twice."""

from collections.abc import Callable, Mapping
from typing import Any

from luca.aws import jobs
from luca.aws.tasks import kept_hidden, platform_task, school_task
from tenants import services
from tenants.services.imports import running, undoing


@school_task(name="tenants.run_invitation")
def run_invitation(invitation: str) -> None:
    """Do in the user pool what an invitation waits for."""
    services.run_invitation(invitation)


@school_task(name="tenants.run_account_order")
def run_account_order(order: str) -> None:
    """Carry out an order on an account."""
    services.run_order(order)


@platform_task(name="tenants.sweep_accounts")
def sweep_accounts() -> None:
    """Wake what a dead worker has left, and end invitations that nobody accepted."""
    services.sweep_accounts()


@school_task(name="tenants.apply_import", bind=True)
def apply_import(self: Any, *, job: str) -> None:
    """Store the rows of a table."""
    jobs.run(job, _applied, kept_hidden(self))


def _applied(asked: Mapping[str, str], tell: Callable[[int, int], None]) -> jobs.Result:
    return jobs.Result(running.apply_now(asked["import"], tell))


@school_task(name="tenants.undo_import", bind=True)
def undo_import(self: Any, *, job: str) -> None:
    """Take back what an import stored."""
    jobs.run(job, _undone, kept_hidden(self))


def _undone(asked: Mapping[str, str], tell: Callable[[int, int], None]) -> jobs.Result:
    return jobs.Result(undoing.undo_now(asked["import"], tell))
