"""The HTTP of the sync."""

from govsync.views.ledger import OneRunsDiscrepancies, OneRunsRecords, OneRunsRejects
from govsync.views.runs import OneRun, Runs

__all__ = ["OneRun", "OneRunsDiscrepancies", "OneRunsRecords", "OneRunsRejects", "Runs"]
