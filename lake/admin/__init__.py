"""What a school's office asks of its lake."""

from lake.admin import analytics

__all__ = ["analytics"]
