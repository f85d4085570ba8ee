"""Statements as xAPI clients write them: Ana plays a video."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from behavior import rules
from behavior.domain import Refusal, Sent

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "xapi"
VIDEO = "https://w3id.org/xapi/video/verbs/"
ADL = "http://adlnet.gov/expapi/verbs/"
SOMEBODY = {"account": {"homePage": "http://lms.example.mx", "name": "ana"}}
UUID4 = "8b5e7d6c-3f2a-4b1c-9d0e-1f2a3b4c5d6e"


def statement(**changes: Any) -> dict[str, Any]:
    """A statement of Ana's; `...` leaves a field out."""
    said = {
        "actor": SOMEBODY,
        "verb": {"id": f"{VIDEO}played", "display": {"en-US": "played"}},
        "object": {"id": "http://lms.example.mx/videos/7"},
    }
    return {name: value for name, value in {**said, **changes}.items() if value is not ...}


def read(said: Any) -> Sent | Refusal:
    return rules.statement(json.dumps(said).encode())


def taken(**changes: Any) -> Sent:
    found = read(statement(**changes))
    assert isinstance(found, Sent), found
    return found


def fields(found: Sent | Refusal) -> list[str]:
    assert isinstance(found, Refusal), found
    return [error.field for error in found.errors]


def specified() -> list[dict[str, Any]]:
    """The nine statements of the specification's own text."""
    lines = (DATA / "adlnet_spec_statements.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def videos() -> list[bytes]:
    """A thousand real ones, in no order of time."""
    return gzip.decompress((DATA / "ralph_statements_1000.jsonl.gz").read_bytes()).splitlines()
