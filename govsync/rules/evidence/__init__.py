"""What a run leaves as evidence, and how anybody can check it without Luca's data."""

from govsync.rules.evidence.calls import (
    Kept,
    body_of,
    chain_of,
    digest,
    kept_call,
    outline,
    says,
    without_body,
    without_records,
)
from govsync.rules.evidence.checking import Checked, check
from govsync.rules.evidence.findings import Finding, changed

__all__ = [
    "Checked",
    "Finding",
    "Kept",
    "body_of",
    "chain_of",
    "changed",
    "check",
    "digest",
    "kept_call",
    "outline",
    "says",
    "without_body",
    "without_records",
]
