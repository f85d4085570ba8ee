"""The machine: `deploy/asl/govsync.asl.json`, read as Terraform and Step Functions read it."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from govsync.engine import Machine, load

FILE = settings.BASE_DIR / "deploy" / "asl" / "govsync.asl.json"


def current() -> str:
    """The definition's text as it is deployed now, on one line; Refused if it cannot be run."""
    text = json.dumps(json.loads(Path(FILE).read_text(encoding="utf-8")), separators=(",", ":"))
    machine(text)
    return text


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@lru_cache(maxsize=16)
def machine(text: str) -> Machine:
    """The machine of a text; parsed once."""
    return load(text)
