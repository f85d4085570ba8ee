"""The image's content, built once for all its tests."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.image.vessel import Image

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def image() -> Iterator[Image]:
    """What the Dockerfile's first stage produces, where another user finds it."""
    place = Path(tempfile.mkdtemp(prefix="luca-image-"))
    place.chmod(0o755)
    prefix, scratch = place / "luca", place / "tmp"
    path = f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"
    try:
        subprocess.run(
            [ROOT / "deploy/image/build.sh", prefix],
            env={**os.environ, "PATH": path},
            check=True,
        )
        scratch.mkdir()
        scratch.chmod(0o1777)
        _mode("a-w", prefix)
        yield Image(prefix, scratch)
    finally:
        _mode("u+w", place)
        shutil.rmtree(place)


def _mode(change: str, place: Path) -> None:
    subprocess.run(["/bin/chmod", "-R", change, place], check=True)
