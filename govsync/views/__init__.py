"""The HTTP of the sync."""

from govsync.views.evidence import Evidence
from govsync.views.ledger import OneRunsDiscrepancies, OneRunsRecords, OneRunsRejects
from govsync.views.runs import OneRun, Runs

__all__ = ["Evidence", "OneRun", "OneRunsDiscrepancies", "OneRunsRecords", "OneRunsRejects", "Runs"]
