"""An execution as JSON holds it: what has its ordinary value is left out."""

from dataclasses import MISSING, fields
from typing import Any

from govsync.engine.values import Execution, Phase

_ORDINARY = {one.name: one.default for one in fields(Execution) if one.default is not MISSING}


def dump(execution: Execution) -> dict[str, Any]:
    raw: dict[str, Any] = {
        one.name: getattr(execution, one.name)
        for one in fields(Execution)
        if getattr(execution, one.name) != _ORDINARY.get(one.name, MISSING)
    }
    raw["phase"] = execution.phase.value
    if execution.retries:
        raw["retries"] = list(execution.retries)
    if execution.children:
        raw["children"] = [dump(child) for child in execution.children]
    return raw


def restore(raw: dict[str, Any]) -> Execution:
    """Also what was stored before an execution had children."""
    known = dict(raw)
    known["phase"] = Phase(raw["phase"])
    known["retries"] = tuple(raw.get("retries", ()))
    known["children"] = tuple(restore(child) for child in raw.get("children", ()))
    return Execution(**known)
