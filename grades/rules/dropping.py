"""Leaving out a student's weakest results, so that the student gains most."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from grades.rules.parts import Part

EACH = ""  # the name under which "so many of every category" is kept


class Pool(NamedTuple):
    """Places in a quotient of which so many are dropped; one is always kept."""

    places: Sequence[int]
    drop: int

    @property
    def keep(self) -> int:
        return max(1, len(self.places) - self.drop)


class Terms(NamedTuple):
    """What each part adds above and below the line of a quotient.

    Whole numbers: all of them are written over one denominator, which is the same
    above and below and therefore nobody's business here.
    """

    parts: Sequence[Part]
    above: Sequence[int]
    below: Sequence[int]

    def dropped(self, drops: Mapping[str, int]) -> list[int]:
        """Return the places of what to leave out.

        What has nothing below the line, such as extra credit, is never dropped.
        """
        pools = self._pools(drops)
        kept = self._best(pools)
        return sorted({place for pool in pools for place in pool.places} - kept)

    def _pools(self, drops: Mapping[str, int]) -> list[Pool]:
        """Group what competes with each other for being dropped."""
        weighing = [place for place, below in enumerate(self.below) if below]
        if EACH in drops:
            return [Pool(weighing, drops[EACH])] if weighing else []
        by_category: dict[str, list[int]] = {}
        for place in weighing:
            by_category.setdefault(self.parts[place].item.category, []).append(place)
        return [Pool(found, drops.get(name, 0)) for name, found in by_category.items()]

    def _best(self, pools: Sequence[Pool]) -> set[int]:
        """Return the places to keep, so that the quotient is greatest.

        The lowest ratio is not always the one to drop: 1 of 1 missed costs less
        than 60 of 100. Dinkelbach's method, exact: with the quotient q of the best
        choice so far, the terms that gain most are those with the greatest
        above - q * below; when q stops rising, no choice is better. Where all of
        them weigh the same, the lowest go, whatever q is.
        """
        kept = {place for pool in pools for place in pool.places}
        if len({self.below[place] for place in kept}) == 1:
            return self._chosen(pools, 0, 1)
        bonus = sum([above for place, above in enumerate(self.above) if place not in kept])
        seen, (above, below) = (0, 0), self._quotient(kept, bonus)
        while above * seen[1] != seen[0] * below or not seen[1]:
            kept = self._chosen(pools, above, below)
            seen, (above, below) = (above, below), self._quotient(kept, bonus)
        return kept

    def _quotient(self, kept: set[int], bonus: int) -> tuple[int, int]:
        below = sum([self.below[place] for place in kept])
        return (sum([self.above[place] for place in kept], bonus), below) if below else (0, 1)

    def _chosen(self, pools: Sequence[Pool], above: int, below: int) -> set[int]:
        """Choose; among equals the greater maximum goes, and then the last name."""

        def order(place: int) -> tuple[int, Decimal, str]:
            item = self.parts[place].item
            return above * self.below[place] - below * self.above[place], item.max, item.assessment

        return {place for pool in pools for place in sorted(pool.places, key=order)[: pool.keep]}
