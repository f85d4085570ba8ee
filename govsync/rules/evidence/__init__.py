"""What a run leaves as evidence, and how anybody can check it without Luca's data."""

from govsync.rules.evidence.calls import (
    READING,
    SENDING,
    Kept,
    body_of,
    chain_of,
    digest,
    kept_call,
    name_of_reading,
    outline,
    says,
    without_body,
    without_records,
)
from govsync.rules.evidence.checking import Checked, check
from govsync.rules.evidence.findings import Finding, changed

__all__ = [
    "READING",
    "SENDING",
    "Checked",
    "Finding",
    "Kept",
    "body_of",
    "chain_of",
    "changed",
    "check",
    "digest",
    "kept_call",
    "name_of_reading",
    "outline",
    "says",
    "without_body",
    "without_records",
]
