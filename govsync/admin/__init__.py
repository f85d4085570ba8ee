"""The government sync as the office and the government operators see it."""

from govsync.admin import runs

__all__ = ["runs"]
