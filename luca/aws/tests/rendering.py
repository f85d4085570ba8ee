"""What EventBridge Scheduler puts on a queue: deploy/tick.json, filled in as on AWS."""

from datetime import UTC, datetime
from pathlib import Path

from luca.aws.ticks import ticks
from luca.kernel import clock

TEMPLATE = Path(__file__).parents[3] / "deploy" / "tick.json"


def target_input(task: str) -> str:
    """The input of a schedule's target, as modules/documents renders it without a prefix."""
    tick = ticks()[task]
    filled = {
        "${Task}": task,
        "${Queue}": tick["queue"],
        "${ExpiresAfter}": str(tick["expires_after_seconds"]),
    }
    text = TEMPLATE.read_text()
    for placeholder, value in filled.items():
        text = text.replace(placeholder, value)
    return text


def sent(task: str, identity: str, due: datetime | None = None) -> str:
    """The message of one invocation."""
    moment = (due or clock.now()).astimezone(UTC)
    return (
        target_input(task)
        .replace("<aws.scheduler.execution-id>", identity)
        .replace("<aws.scheduler.scheduled-time>", f"{moment:%Y-%m-%dT%H:%M:%SZ}")
    )
