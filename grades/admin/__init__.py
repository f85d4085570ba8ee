"""What a school's office sees and does with grades, and with the periods that they close."""

from grades.admin import (
    assessments,
    evaluations,
    gradebook,
    grades,
    nights,
    periods,
    report_cards,
    rules,
)

__all__ = [
    "assessments",
    "evaluations",
    "gradebook",
    "grades",
    "nights",
    "periods",
    "report_cards",
    "rules",
]
