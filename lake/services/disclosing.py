"""What is held about a person: for whoever asks a school for their data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lake.repository import disclosing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lake.domain import Value


def held_of(person: str) -> Iterator[tuple[str, list[dict[str, Value]]]]:
    """Every folder of the school's lake with its rows about the person; some have none."""
    return disclosing.rows_of(person)
