"""What a school's office sees of its behaviour, and does."""

from behavior.admin import activity, refused, types

__all__ = ["activity", "refused", "types"]
