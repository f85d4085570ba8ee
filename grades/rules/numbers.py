"""Numbers as people write them, read exactly; and the one rounding."""

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import gcd, isqrt

from grades.domain import Rounding

DIGITS = 12
PLACES = 6
Ratio = tuple[int, int]  # above and below the line; below is positive
_PLAIN = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


def exact(value: object) -> Decimal:
    """Read a number exactly as it is written, or raise ValueError.

    A float means what its shortest spelling says: 0.7 is seven tenths and not
    the binary number beside it. NaN, infinities and numbers that no school
    writes (more than 12 digits, more than 6 places) are refused here, before
    they cost anything.

    >>> exact(0.7)
    Decimal('0.7')
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError("must be a number")  # noqa: TRY004 -- one error for every bad number
    if isinstance(value, int) and abs(value) >= 10**DIGITS:
        raise ValueError(f"has more than {DIGITS} digits")
    text = repr(value) if isinstance(value, float) else str(value).strip()
    if not _PLAIN.fullmatch(text) or len(text) > 2 * DIGITS:
        raise ValueError(
            f"has more than {DIGITS} digits" if _PLAIN.fullmatch(text) else "must be a number"
        )
    try:
        number = Decimal(text)
    except InvalidOperation as error:  # pragma: no cover -- the pattern is stricter
        raise ValueError("must be a number") from error
    return _bounded(number)


def _bounded(number: Decimal) -> Decimal:
    if number.adjusted() >= DIGITS:
        raise ValueError(f"has more than {DIGITS} digits")
    if number and number.adjusted() < -PLACES:
        raise ValueError(f"has more than {PLACES} places")
    # Without an exponent and trailing zeros: 87.50 and 8.75e1 are one number.
    plain = number.normalize()
    exponent = plain.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > PLACES:
        raise ValueError(f"has more than {PLACES} places")
    return plain.quantize(Decimal(1)) if exponent > 0 else plain + 0


def share(value: object) -> Fraction:
    """Read a weight: a number, a percentage ("70%") or a fraction ("7/10")."""
    if isinstance(value, str) and value.strip().endswith("%"):
        return Fraction(exact(value.strip()[:-1])) / 100
    if isinstance(value, str) and value.count("/") == 1:
        above, below = (Fraction(exact(part)) for part in value.split("/"))
        if not below:
            raise ValueError("divides by zero")
        return above / below
    return Fraction(exact(value))


def rounded(value: Fraction, places: int, rounding: Rounding) -> Decimal:
    """Return a number for people. Integers only: no float, no decimal context.

    >>> rounded(Fraction(45, 100), 1, Rounding.HALF_UP)
    Decimal('0.5')
    """
    return rounded_ratio(value.numerator, value.denominator, places, rounding)


def rounded_ratio(above: int, below: int, places: int, rounding: Rounding) -> Decimal:
    """Round a ratio, which need not be in lowest terms."""
    above *= 10**places
    if rounding is Rounding.HALF_UP:
        above, below = 2 * above + below, 2 * below
    return Decimal(above // below).scaleb(-places)


def root(value: Fraction, places: int = 12) -> Fraction:
    """Return the square root, downwards to so many places; exact where the root is.

    No published number has that many places, so it publishes as the true root
    would. Integers only, and therefore the same on every machine.

    >>> root(Fraction(9, 25))
    Fraction(3, 5)
    """
    scaled = value.numerator * 100**places // value.denominator
    return Fraction(isqrt(scaled), 10**places)


def reduced(above: int, below: int) -> Ratio:
    """Return a ratio in lowest terms."""
    common = gcd(above, below)
    return above // common, below // common


def spelled(above: int, below: int) -> str:
    """Spell a ratio as `Fraction` does.

    >>> spelled(6, 4), spelled(8, 4)
    ('3/2', '2')
    """
    if below != 1:
        common = gcd(above, below)
        above, below = above // common, below // common
    return str(above) if below == 1 else f"{above}/{below}"
