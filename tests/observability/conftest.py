"""A stage: what a service writes on its standard output is heard, and judged."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from grades.tests.conftest import alone, north, sent  # noqa: F401 -- fixtures
from luca.api.tests.conftest import api, routes, verifier  # noqa: F401 -- fixtures
from luca.localaws.eyes.alarms import Alarm, Judged, alarms, judge
from luca.localaws.eyes.points import Points

ALARMS = alarms()


@dataclass
class Stage:
    """Scenes are played on it by one service after the other."""

    settings: Any
    capture: pytest.CaptureFixture[str]
    log: io.StringIO
    out: list[str] = field(default_factory=list)

    def service(self, name: str) -> None:
        self.settings.SERVICE = name

    def lines(self) -> list[dict[str, Any]]:
        """Every line that was written so far, log lines and metrics, in their order by kind."""
        self.out += self.capture.readouterr().out.splitlines()
        written = [*self.log.getvalue().splitlines(), *self.out]
        return [json.loads(line) for line in written if line.startswith("{")]

    def points(self) -> Points:
        found = Points()
        for line in self.lines():
            if "_aws" in line:
                found.read(line)
        return found

    def judged(self, alarm: str | Alarm, now: float) -> Judged:
        one = ALARMS[alarm] if isinstance(alarm, str) else alarm
        return judge(one, self.points(), now)


@pytest.fixture
def stage(
    aws: object,  # noqa: ARG001 -- before settings are changed: it reads them again
    settings: Any,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Stage]:
    settings.SERVICE = "api"
    root = logging.getLogger()
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(root.handlers[0].formatter)
    monkeypatch.setattr(root, "handlers", [handler])
    before = root.level
    root.setLevel(logging.INFO)
    capsys.readouterr()
    yield Stage(settings, capsys, heard)
    root.setLevel(before)
