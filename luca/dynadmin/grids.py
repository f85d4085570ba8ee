"""Tables of pages that are no lists of records: what stands in them, as data for one template."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `mark` is an icon of the theme's, beside the text and never instead of it."""

    text: Text | int
    link: str = ""
    mark: str = ""
    tone: str = ""  # "bad" or "good"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its caption; the first cell of a row names it. `include dynadmin/grid.html`."""

    caption: Text
    heads: Sequence[Text]
    rows: Sequence[Sequence[Cell]] = ()
    empty: Text = ""  # what is said when there are no rows
    numbers: frozenset[int] = field(default_factory=frozenset)  # columns that stand to the right
