"""Names: how they are tidied, sorted, and found by any part of them."""

import unicodedata
from collections.abc import Iterable

MOST_WORDS = 30  # of one person; a record, its look-ups and words fit one transaction
LONGEST_WORD = 64  # characters
SHORTEST = 2  # letters: what a search must have of at least one word
APOSTROPHES = "'’‘ʼ`´′"  # noqa: RUF001 -- all are typed for the one in O'Farrill
# Letters that Unicode does not take apart.
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}  # noqa: RUF001 -- a letter of its own
)
_JOINED: dict[int, str] = str.maketrans(dict.fromkeys(APOSTROPHES, ""))
_APART: dict[int, str] = str.maketrans(dict.fromkeys(APOSTROPHES, " "))


def tidy_name(name: str) -> str:
    """Return a name as it is kept: composed letters, single spaces.

    >>> tidy_name("  José   Ángel ")
    'José Ángel'
    """
    return " ".join(unicodedata.normalize("NFC", name).split())


def folded(text: str) -> str:
    """Return a name as it is searched and sorted: no accents, no case, single spaces.

    >>> folded("  Núñez-O'Farrill  de la O, JOSÉ ")
    'nunez ofarrill de la o jose'
    """
    return _folded(text, _JOINED)


def words_of(*names: str) -> tuple[str, ...]:
    """Return the words by which somebody is found, sorted; O'Farrill by Farrill too.

    >>> words_of("Siobhán", "O'Farrill de la Cruz")
    ('cruz', 'de', 'farrill', 'la', 'o', 'ofarrill', 'siobhan')
    """
    whole = " ".join(names)
    found = [*folded(whole).split(), *_folded(whole, _APART).split()]
    return tuple(sorted(list(dict.fromkeys(word[:LONGEST_WORD] for word in found))[:MOST_WORDS]))


def asked_words(text: str) -> tuple[str, ...]:
    """Return what a search asks for, the longest word first; none if all are too short.

    >>> asked_words("de la Nuñ")
    ('nun', 'de', 'la')
    """
    found = {word[:LONGEST_WORD] for word in folded(text).split()}
    words = tuple(sorted(found, key=lambda word: (-len(word), word)))[:MOST_WORDS]
    return words if words and len(words[0]) >= SHORTEST else ()


def matches(words: Iterable[str], asked: Iterable[str]) -> bool:
    """True when each word that was asked for is the beginning of some word of the name."""
    known = tuple(words)
    return all(any(word.startswith(one) for word in known) for one in asked)


def _folded(text: str, apostrophes: dict[int, str]) -> str:
    """Apostrophes go before and after: one is a space with an accent, another appears."""
    plain = unicodedata.normalize("NFKD", text.translate(apostrophes))
    plain = unicodedata.normalize("NFKD", plain.casefold()).translate(apostrophes)
    bare = "".join(c for c in plain if not unicodedata.combining(c)).translate(_LETTERS)
    return " ".join("".join(c if c.isalnum() else " " for c in bare).split())
