"""Now, as exactly as it is stored: what is answered equals what is read back. And today."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from luca.kernel import clock
from tenants import services as tenants
from tenants.services.cached import LINKS, Remembered

_zones: Remembered[str] = Remembered(LINKS)
ONLY = "zone"


def this_moment() -> datetime:
    """Return the present in whole milliseconds."""
    return clock.parse(clock.stamp(clock.now()))


def today() -> date:
    """The school's date; its time zone may be remembered for half a minute."""
    zone = _zones.fetch(ONLY, _zone) or _zone()
    return clock.now().astimezone(ZoneInfo(zone)).date()


def remember(zone: str, until: float) -> None:
    """Keep the school's time zone, which was read beside something else."""
    _zones.put(ONLY, zone, until)


def _zone() -> str:
    return tenants.school_profile().time_zone
