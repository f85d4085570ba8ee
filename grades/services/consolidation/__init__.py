"""The nightly job: from raw results to official grades.

Everything here may be killed at any moment and run again, also twice at once:
each grade is written under the condition that it is still the one that was
read, and a result stays pending until a grade that contains it is stored.
"""

from grades.services.consolidation.report import Report
from grades.services.consolidation.run import MINUTES, consolidate

__all__ = ["MINUTES", "Report", "consolidate"]
