"""A school with a student whom only marked words describe."""

import sys
from datetime import timedelta

import pytest

from tests.privacy.cast import marked_school


@pytest.fixture
def north(school: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())
    marked_school(school)
    return school
