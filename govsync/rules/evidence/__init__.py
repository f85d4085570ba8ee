"""What a run leaves as evidence, and how anybody can check it without Luca's data."""

from govsync.rules.evidence.calls import (
    Kept,
    body_of,
    chain_of,
    digest,
    kept_call,
    outline,
    without_body,
    without_records,
)

__all__ = [
    "Kept",
    "body_of",
    "chain_of",
    "digest",
    "kept_call",
    "outline",
    "without_body",
    "without_records",
]
