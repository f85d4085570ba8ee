"""Machines of a test's own, whose tasks answer what a script says."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govsync import definition, services
from govsync.domain import Run
from govsync.engine import Call, Event, TaskDone
from govsync.services import performing
from govsync.tests.cast import AUTUMN

Answer = Callable[[Any], Event]


class Power(BaseException):
    """A worker's power is cut."""


def started(
    monkeypatch: pytest.MonkeyPatch, folder: Path, states: dict[str, Any], **embed: Any
) -> Run:
    """A run of these states, the first of them first; nothing of it has happened."""
    states = {"Given": {"Type": "Pass", "Result": embed, "Next": next(iter(states))}, **states}
    file = folder / "scripted.asl.json"
    file.write_text(json.dumps({"StartAt": "Given", "States": states}))
    monkeypatch.setattr(definition, "FILE", file)
    return services.start(AUTUMN)


def answering(monkeypatch: pytest.MonkeyPatch, answer: Answer) -> list[Any]:
    """Let tasks answer by a function of their parameters; return the list of those."""
    asked: list[Any] = []

    def perform(call: Call) -> Event:
        asked.append(call.parameters)
        return answer(call.parameters)

    monkeypatch.setattr(performing, "perform", perform)
    return asked


def cut_off(_: Any) -> Event:
    raise Power


def content(_: Any) -> Event:
    return TaskDone({})
