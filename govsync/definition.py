"""The machines of `deploy/asl`, read as Terraform and Step Functions read them."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from govsync.engine import Machine, Refused, load

FILE = settings.BASE_DIR / "deploy" / "asl" / "govsync.asl.json"  # one school
PARENT = FILE.with_name("govsync-parent.asl.json")  # all of them
SEND = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
SYNC = "arn:aws:states:::states:startExecution.sync:2"


def current() -> str:
    """The definition's text as it is deployed now, on one line; Refused if it cannot be run."""
    text = _read(FILE)
    machine(text)
    return text


def current_parent() -> str:
    text = _read(PARENT)
    parent(text)
    return text


def _read(file: Path) -> str:
    return json.dumps(json.loads(Path(file).read_text(encoding="utf-8")), separators=(",", ":"))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@lru_cache(maxsize=16)
def machine(text: str) -> Machine:
    """The machine of a text; parsed once."""
    return _able(load(text), {SEND})


@lru_cache(maxsize=4)
def parent(text: str) -> Machine:
    """The same for the machine that maps over schools."""
    return _able(load(text), {SEND, SYNC})


def _able(loaded: Machine, known: set[str]) -> Machine:
    """Refuse a machine whose tasks would only fail."""
    for state in loaded.states.values():
        if state.type == "Task" and state.fields["Resource"] not in known:
            resource = state.fields["Resource"]
            raise Refused(f"State {state.name!r} asks for {resource}, which is not done here.")
        if state.processor is not None:
            _able(state.processor, known)
    return loaded
