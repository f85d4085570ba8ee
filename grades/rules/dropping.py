"""Leaving out a student's weakest results, so that the student gains most."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from grades.rules.parts import Part


class Term(NamedTuple):
    """What one part adds above and below the line of a quotient.

    Whole numbers: all terms of a quotient are written over one denominator, which is
    the same above and below and therefore nobody's business here.
    """

    part: Part
    above: int
    below: int


@dataclass(frozen=True, slots=True)
class Pool:
    """Terms of which so many are dropped; one is always kept."""

    terms: tuple[Term, ...]
    drop: int

    @property
    def keep(self) -> int:
        return max(1, len(self.terms) - self.drop)


def best(pools: Sequence[Pool], bonus: int = 0) -> list[Term]:
    """Return the terms to keep, so that (bonus + sum above) / (sum below) is greatest.

    The lowest ratio is not always the one to drop: 1 of 1 missed costs less
    than 60 of 100. Dinkelbach's method, exact: with the quotient q of the best
    choice so far, the terms that gain most are those with the greatest
    above - q * below; when q stops rising, no choice is better. `bonus` is
    extra credit, which is never dropped.
    """
    kept = [term for pool in pools for term in pool.terms]
    seen, (above, below) = (0, 0), _quotient(kept, bonus)
    while above * seen[1] != seen[0] * below or not seen[1]:
        kept = [term for pool in pools for term in _gaining_most(pool, above, below)]
        seen, (above, below) = (above, below), _quotient(kept, bonus)
    return kept


def _quotient(terms: Sequence[Term], bonus: int) -> tuple[int, int]:
    below = sum([term.below for term in terms])
    return (sum([term.above for term in terms], bonus), below) if below else (0, 1)


def _gaining_most(pool: Pool, above: int, below: int) -> list[Term]:
    """Choose; among equals the greater maximum goes, and then the last name."""

    def order(term: Term) -> tuple[int, Decimal, str]:
        item = term.part.item
        return above * term.below - below * term.above, item.max, item.assessment

    return sorted(pool.terms, key=order)[: pool.keep]
