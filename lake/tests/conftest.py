from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from luca.kernel import clock, context
from tenants import services as tenants

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)


@pytest.fixture
def north(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The school "north" in Mexico City, its lake in a folder; it is the 21st of November 2026."""
    monkeypatch.setattr(settings, "LAKE_FOLDER", str(tmp_path / "lake"))
    monkeypatch.setattr(tenants, "school_zone", lambda: ZoneInfo("America/Mexico_City"))
    with clock.stopped(NOW), context.entered(school="north"):
        yield "north"
