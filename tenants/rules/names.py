"""Names: how they are tidied, sorted, and found by any part of them."""

import unicodedata
from collections.abc import Iterable

from luca.kernel.folding import folded, folded_apart

MOST_WORDS = 30  # of one person; a record, its look-ups and words fit one transaction
LONGEST_WORD = 64  # characters
SHORTEST = 2  # letters: what a search must have of at least one word


def tidy_name(name: str) -> str:
    """Return a name as it is kept: composed letters, single spaces.

    >>> tidy_name("  José   Ángel ")
    'José Ángel'
    """
    return " ".join(unicodedata.normalize("NFC", name).split())


def words_of(*names: str) -> tuple[str, ...]:
    """Return the words by which somebody is found, sorted; O'Farrill by Farrill too.

    >>> words_of("Siobhán", "O'Farrill de la Cruz")
    ('cruz', 'de', 'farrill', 'la', 'o', 'ofarrill', 'siobhan')
    """
    whole = " ".join(names)
    found = [*folded(whole).split(), *folded_apart(whole).split()]
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
