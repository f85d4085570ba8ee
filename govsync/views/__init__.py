"""The HTTP of the sync."""

from govsync.views.evidence import Evidence
from govsync.views.ledger import OneRunsDiscrepancies, OneRunsRecords, OneRunsRejects

__all__ = ["Evidence", "OneRunsDiscrepancies", "OneRunsRecords", "OneRunsRejects"]
