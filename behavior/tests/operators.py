"""Operators and the consumer at work on the dead letters; a queue that tests share."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

from django.core.management import call_command

from behavior import services
from luca.aws import queue

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from behavior.services.outcome import Outcome
    from luca.aws.queue import Received

    ActingAs = Callable[[str], AbstractContextManager[None]]


def asked(*words: str) -> str:
    out = StringIO()
    call_command("behavior", *words, stdout=out)
    return out.getvalue()


def counted(school: str) -> dict[str, tuple[int, int]]:
    """Letters and events of a school by reason, as the status has them."""
    found = json.loads(asked("status", "--json", "--school", school))
    return {one["reason"]: (one["messages"], one["events"]) for one in found["letters"]}


def refused(acting_as: ActingAs, *bad: Received) -> None:
    """Have the consumer give messages up."""
    with acting_as("consumer"):
        outcome = services.ingest([replace(one, receives=3) for one in bad])
        assert sorted(services.bury(outcome.letters)) == sorted(one.receipt for one in bad)


def consumed(acting_as: ActingAs) -> list[Outcome]:
    """Let a consumer empty the queue, and give up what it refuses."""
    outcomes = []
    with acting_as("consumer"):
        while found := queue.receive("behavior", wait=0, visibility=60):
            last = [replace(one, receives=3) for one in found]
            outcome = services.ingest(last)
            gone = [*services.bury(outcome.letters), *(one.receipt for one in outcome.done)]
            assert queue.delete("behavior", gone) == 0
            outcomes.append(outcome)
    return outcomes
