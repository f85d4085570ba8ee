"""Text as it is searched and sorted: without accents, case or punctuation."""

import unicodedata

APOSTROPHES = "'’‘ʼ`´′"  # noqa: RUF001 -- all are typed for the one in O'Farrill
# Letters that Unicode does not take apart.
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}  # noqa: RUF001 -- a letter of its own
)
_JOINED: dict[int, str] = str.maketrans(dict.fromkeys(APOSTROPHES, ""))
_APART: dict[int, str] = str.maketrans(dict.fromkeys(APOSTROPHES, " "))


def folded(text: str) -> str:
    """Return a text as it is searched and sorted: no accents, no case, single spaces.

    >>> folded("  Núñez-O'Farrill  de la O, JOSÉ ")
    'nunez ofarrill de la o jose'
    """
    return _folded(text, _JOINED)


def folded_apart(text: str) -> str:
    """The same, with a word of its own on each side of an apostrophe.

    >>> folded_apart("O'Farrill")
    'o farrill'
    """
    return _folded(text, _APART)


def _folded(text: str, apostrophes: dict[int, str]) -> str:
    """Apostrophes go before and after: one is a space with an accent, another appears."""
    plain = unicodedata.normalize("NFKD", text.translate(apostrophes))
    plain = unicodedata.normalize("NFKD", plain.casefold()).translate(apostrophes)
    bare = "".join(c for c in plain if not unicodedata.combining(c)).translate(_LETTERS)
    return " ".join("".join(c if c.isalnum() else " " for c in bare).split())
