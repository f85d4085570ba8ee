"""An embedded AWS of these tests' own, over policy files that they may change."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from luca.localaws import embedded
from luca.localaws.deployment import DEPLOY
from luca.localaws.tests.wire import Wire


@pytest.fixture(scope="session")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    folder = tmp_path_factory.mktemp("wire")
    deploy = Path(shutil.copytree(DEPLOY, folder / "deploy"))
    running = embedded.start(folder / "home", deploy=deploy)
    try:
        yield Wire(running, deploy)
    finally:
        running.kill()
