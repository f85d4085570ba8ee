"""What day it is where the school is."""

from datetime import date

from django.utils import timezone

from luca.kernel import clock


def today() -> date:
    """Today by the clocks of the page's reader, which the session has set to the school's."""
    return timezone.localtime(clock.now()).date()
