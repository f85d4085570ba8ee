"""What SNS would send to people, where an operator on a laptop finds it: a file, a line for each.

Nobody subscribes to the embedded topics. The file is readable by the owner of the home only.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

PUBLISH = "publish_internal"


def install(file: Path) -> None:
    """Write down what is published; a name that the emulator no longer has stops the start."""
    # Late, because the emulator reads its settings while it is imported.
    topics = import_module("ministack.services.sns")
    publish = getattr(topics, PUBLISH)

    def written(topic: str, message: str, subject: str = "", **more: Any) -> Any:
        answer = publish(topic, message, subject, **more)
        write(file, topic.rpartition(":")[2], subject, message)
        return answer

    setattr(topics, PUBLISH, written)


def write(file: Path, topic: str, subject: str, message: str) -> None:
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    line = json.dumps({"at": at, "topic": topic, "subject": subject, "message": message})
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as stream:
        stream.write(line + "\n")
