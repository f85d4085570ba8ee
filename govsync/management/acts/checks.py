"""The daily check of a period on the screen."""

from datetime import datetime

from govsync.management.acts.common import counted
from govsync.services import Watch


def check_line(watch: Watch) -> str:
    """How a period's daily check stands, in one line."""
    last = "not yet looked at" if watch.checked is None else f"last at {_moment(watch.checked)}"
    found = f"{watch.findings} findings" + (f" ({counted(watch.found)})" if watch.found else "")
    waits = f", {watch.waiting} grades wait for a correction run" if watch.waiting else ""
    return f"{_until(watch)}, {last}, {found}{waits}"


def _until(watch: Watch) -> str:
    if watch.closed is not None:
        by = f" by {watch.closed_by}" if watch.closed_by else ""
        return f"closed {_moment(watch.closed)}{by}"
    if watch.overtime:
        return f"checked daily, since {_moment(watch.until)} only because of what was found"
    return f"checked daily until {_moment(watch.until)}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
