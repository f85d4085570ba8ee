"""Celery's doors to schools and people: parse, call one service. All are safe to run twice."""

from luca.aws.tasks import platform_task, school_task
from tenants import services


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
