"""Where in a student's partition events lie: for whoever reads the rest of it."""

from __future__ import annotations

from behavior import keys


def events() -> tuple[str, str]:
    """A sort key before all events, and one behind them."""
    return keys.EVENTS, keys.last_moment()
