import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from grades.tests.conftest import furnish
from lake.tests.watching import Watch, watch
from luca.aws.tests.copying import Schools
from luca.kernel import clock, context
from luca.localaws.embedded import Embedded
from tenants import services as tenants
from tenants.services.cached import Remembered

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)


@pytest.fixture
def north(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The school "north" in Mexico City, its lake in a folder; it is the 21st of November 2026."""
    monkeypatch.setattr(settings, "LAKE_FOLDER", str(tmp_path / "lake"))
    monkeypatch.setattr(tenants, "school_zone", lambda: ZoneInfo("America/Mexico_City"))
    with clock.stopped(NOW), context.entered(school="north"):
        yield "north"


@pytest.fixture
def heard(
    school: str,
    aws: Embedded,
    schools: Schools,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Watch:
    """The lake of North, in a folder. Closing a period does not wait: nobody else is writing.

    What is served is what is stored: nothing is remembered from a moment ago.
    """
    monkeypatch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())
    monkeypatch.setattr(Remembered, "get", lambda *_: None)
    monkeypatch.setattr(settings, "LAKE_FOLDER", str(tmp_path))
    found = watch(aws, school)
    schools.furnish(school, furnish)
    return found
