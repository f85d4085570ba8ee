"""What a school's office sees and does with grades."""

from grades.admin import assessments, evaluations, gradebook, grades, nights, report_cards

__all__ = ["assessments", "evaluations", "gradebook", "grades", "nights", "report_cards"]
