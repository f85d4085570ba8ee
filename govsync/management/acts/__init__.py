"""What an operator may type after `manage.py govsync`: one module per act.

An act says what it does (`HELP`), which words it takes (`add_arguments`) and
does it (`perform`). A new act is a new module and a line in the table below.
"""

from argparse import ArgumentParser
from typing import Any, Protocol

from govsync.management.acts import (
    close,
    correct,
    discrepancies,
    evidence,
    letters,
    pause,
    period,
    reconcile,
    records,
    redrive,
    rejects,
    resend,
    resume,
    start,
    status,
    subjects,
    verify,
)
from govsync.management.acts.common import Out


class Act(Protocol):
    HELP: str

    def add_arguments(self, parser: ArgumentParser, /) -> None: ...

    def perform(self, out: Out, options: dict[str, Any], /) -> None:
        """Do it; raise CommandError, LucaError or ValueError with one line that says why not."""


ACTS: dict[str, Act] = {
    "start": start,
    "status": status,
    "pause": pause,
    "resume": resume,
    "letters": letters,
    "redrive": redrive,
    "reconcile": reconcile,
    "resend": resend,
    "evidence": evidence,
    "verify": verify,
    "rejects": rejects,
    "records": records,
    "discrepancies": discrepancies,
    "correct": correct,
    "subjects": subjects,
    "period": period,
    "close": close,
}
