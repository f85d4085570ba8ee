"""What a school's office sees and does with grades."""

from grades.admin import nights

__all__ = ["nights"]
