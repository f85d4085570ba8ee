"""Cards of the first page: what is the matter, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from django.utils.translation import gettext as _


class Weight(IntEnum):
    """How bad it is; the worst comes first."""

    DANGER = 0
    WARNING = 1
    INFO = 2


@dataclass(frozen=True, slots=True)
class Card:
    weight: Weight
    title: str
    todo: str
    link: str = ""
    action: str = ""  # what the link says

    @property
    def tone(self) -> str:
        """What the theme calls it."""
        return self.weight.name.lower()

    @property
    def word(self) -> str:
        """The same in a word: colour alone says nothing to some."""
        words = {
            Weight.DANGER: _("Urgent"),
            Weight.WARNING: _("Attention"),
            Weight.INFO: _("To know"),
        }
        return words[self.weight]

    @property
    def icon(self) -> str:
        return {Weight.DANGER: "error", Weight.WARNING: "warning", Weight.INFO: "info"}[self.weight]
