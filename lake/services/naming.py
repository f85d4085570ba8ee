"""What people call what stands in answers by id: types of events, subjects, groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from behavior import services as behavior
from tenants import services as tenants

if TYPE_CHECKING:
    from collections.abc import Mapping

    Named = Mapping[str, Mapping[str, str]]  # by column: what people call an id


def called(columns: set[str], language: str) -> Named:
    """By column, those of the given ones whose ids have names; people have none here."""
    english = language.lower().startswith("en")
    found: dict[str, Mapping[str, str]] = {}
    if "type" in columns:
        kinds = behavior.event_types()
        found["type"] = {one.name: one.en if english else one.es for one in kinds}
    if "subject" in columns:
        found["subject"] = {str(one): name for one, name in tenants.subject_names().items()}
    if "class_group" in columns:
        found["class_group"] = {str(one.id): one.name or str(one.id) for one in tenants.groups()}
    return found
