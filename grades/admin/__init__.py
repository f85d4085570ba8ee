"""What a school's office sees and does with grades."""

from grades.admin import assessments, evaluations, gradebook, grades, nights

__all__ = ["assessments", "evaluations", "gradebook", "grades", "nights"]
