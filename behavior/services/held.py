"""What is held about one person outside their own partition: the door for `luca.privacy`.

It asks nobody's leave: the operator's commands are its only callers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from behavior.repository import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from luca.aws.store.raw import Place


def places_of(person: str) -> Iterator[Place]:
    """Where what was refused of a student lies."""
    return refused.refused_of(person)
