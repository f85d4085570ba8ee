"""What can be done with grades: the only door for other apps. One function per use case."""

from grades.services.background import consolidate_and_go_on
from grades.services.consolidation import Report, consolidate
from grades.services.correcting import correct, evaluation, excuse
from grades.services.courses import (
    assessments_of,
    publish_rules,
    rules_as_written,
    rules_for,
    save_assessments,
)
from grades.services.night import nightly
from grades.services.reading import (
    evaluations_page,
    explanation,
    grades_of_period,
    grades_page,
    history,
    profile,
)
from grades.services.recording import record
from grades.services.syncing import (
    claim,
    claim_all,
    grade,
    mark_all_synced,
    mark_synced,
    release,
    sync_candidates,
)

__all__ = [
    "Report",
    "assessments_of",
    "claim",
    "claim_all",
    "consolidate",
    "consolidate_and_go_on",
    "correct",
    "evaluation",
    "evaluations_page",
    "excuse",
    "explanation",
    "grade",
    "grades_of_period",
    "grades_page",
    "history",
    "mark_all_synced",
    "mark_synced",
    "nightly",
    "profile",
    "publish_rules",
    "record",
    "release",
    "rules_as_written",
    "rules_for",
    "save_assessments",
    "sync_candidates",
]
