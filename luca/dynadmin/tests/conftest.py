"""The library's site stands where the school's would."""

from typing import Any

import pytest

from luca.dynadmin.tests import branch, library


@pytest.fixture(autouse=True)
def _library(settings: Any) -> None:
    library.fill()
    branch.BURNT.clear()
    settings.ROOT_URLCONF = "luca.dynadmin.tests.urls"
    # It has none of the school's pages.
    settings.UNFOLD = {**settings.UNFOLD, "SIDEBAR": {}, "DASHBOARD_CALLBACK": None}
    settings.MIDDLEWARE = [
        "django.contrib.messages.middleware.MessageMiddleware",
        "luca.dynadmin.tests.library.Librarian",
    ]
