"""The kinds of activity in OULAD become types of a school's events."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from behavior import services as behavior
from luca.demo.tests import oulad_files
from luca.kernel import context

if TYPE_CHECKING:
    from pathlib import Path

    from luca.demo.tests.oulad_files import Rows


@pytest.fixture
def module() -> str:
    """A module that no other test loads, and so a school of its own."""
    return f"X{secrets.token_hex(4).upper()}"


@pytest.fixture
def folder(tmp_path: Path, module: str) -> Path:
    rows: Rows = {
        name: [tuple(module if cell == "XYZ" else cell for cell in row) for row in table]
        for name, table in oulad_files.small().items()
    }
    return oulad_files.write(tmp_path / "data", rows)


def load(folder: Path, *options: str) -> None:
    call_command("load_oulad", folder, "--no-progress", *options)


@pytest.mark.usefixtures("aws")
def test_they_are_defined_once_and_before_the_first_click_is_sent(
    folder: Path, module: str
) -> None:
    def own() -> dict[str, tuple[str, int]]:
        with context.entered(school=module.lower()):
            found = [one for one in behavior.event_types() if not one.built_in]
        return {one.name: (one.es, one.version) for one in found}

    load(folder, "--events")
    assert own() == {}  # nothing was to be sent
    load(folder, "--events", "2020J")
    first = own()
    assert first["forumng"] == ("Foro", 1)
    assert first["click"] == ("Actividad en el sitio", 1)
    load(folder)
    assert own().items() >= first.items()


@pytest.mark.usefixtures("aws")
def test_a_type_that_the_school_has_switched_off_ends_the_load_with_one_line(
    folder: Path, module: str
) -> None:
    with context.entered(school=module.lower()):
        behavior.define_type(
            "forumng", labels=("Foro", "Forum"), schema={"type": "object"}, active=False
        )
    with pytest.raises(CommandError, match=r"^Some events .* events\.0\.type: Is not defined"):
        load(folder, "--events", "2020J")
