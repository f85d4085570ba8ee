"""Now, as exactly as it is stored: what is answered equals what is read back."""

from datetime import datetime

from luca.kernel import clock


def this_moment() -> datetime:
    """Return the present in whole milliseconds."""
    return clock.parse(clock.stamp(clock.now()))
