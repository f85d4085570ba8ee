"""A school with a student whom only marked words describe."""

import sys
from datetime import timedelta

import pytest

from luca.aws.tests.copying import Schools
from tests.privacy.cast import marked_school


@pytest.fixture
def north(school: str, schools: Schools, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())
    marked_school(school, schools)
    return school
