"""Leaving out a student's weakest results, so that the student gains most."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from grades.rules.parts import Part

NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Term:
    """What one part adds above and below the line of a quotient."""

    part: Part
    above: Fraction
    below: Fraction


@dataclass(frozen=True, slots=True)
class Pool:
    """Terms of which so many are dropped; one is always kept."""

    terms: tuple[Term, ...]
    drop: int

    @property
    def keep(self) -> int:
        return max(1, len(self.terms) - self.drop)


def best(pools: Sequence[Pool], bonus: Fraction = NOTHING) -> list[Term]:
    """Return the terms to keep, so that (bonus + sum above) / (sum below) is greatest.

    The lowest ratio is not always the one to drop: 1 of 1 missed costs less
    than 60 of 100. Dinkelbach's method, exact: with the quotient q of the best
    choice so far, the terms that gain most are those with the greatest
    above - q * below; when q stops rising, no choice is better. `bonus` is
    extra credit, which is never dropped.
    """
    kept = [term for pool in pools for term in pool.terms]
    seen, q = None, _quotient(kept, bonus)
    while q != seen:
        kept = [term for pool in pools for term in _gaining_most(pool, q)]
        seen, q = q, _quotient(kept, bonus)
    return kept


def _quotient(terms: Sequence[Term], bonus: Fraction) -> Fraction:
    below = sum((term.below for term in terms), NOTHING)
    return sum((term.above for term in terms), bonus) / below if below else NOTHING


def _gaining_most(pool: Pool, q: Fraction) -> list[Term]:
    """Choose; among equals the greater maximum goes, and then the last name."""

    def order(term: Term) -> tuple[Fraction, Fraction, str]:
        item = term.part.item
        return q * term.below - term.above, Fraction(item.max), item.assessment

    return sorted(pool.terms, key=order)[: pool.keep]
