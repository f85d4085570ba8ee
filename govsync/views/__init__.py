"""The HTTP of the sync."""

from govsync.views.ledger import OneRunsRecords, OneRunsRejects
from govsync.views.runs import OneRun, Runs

__all__ = ["OneRun", "OneRunsRecords", "OneRunsRejects", "Runs"]
