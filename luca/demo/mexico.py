"""Codes that look like Mexican ones and pass their check digits: CCT and CURP.

They belong to nobody: the generated year needs some that validate.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from luca.demo.names import Name

CCT = re.compile(r"(0[1-9]|[12][0-9]|3[0-2])[A-Z]{3}[0-9]{4}[A-Z]")
CURP = re.compile(r"[A-Z]{4}[0-9]{6}[HM][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[0-9A-Z][0-9]")
_VALUES = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZZ"
_SKIPPED = {"DE", "DEL", "LA", "LAS", "LOS", "Y", "MC", "VON"}
_COMMON = {"JOSE", "J", "MARIA", "MA"}
_RUDE = re.compile(
    r"BACA|BAKA|BUEI|BUEY|CACA|CACO|CAGA|CAGO|CAKA|CAKO|COGE|COGI|COJA|COJE|COJI|COJO|COLA|CULO"
    r"|FALO|FETO|GETA|GUEI|GUEY|JETA|JOTO|KACA|KACO|KAGA|KAGO|KAKA|KAKO|KOGE|KOGI|KOJA|KOJE|KOJI"
    r"|KOJO|KOLA|KULO|LILO|LOCA|LOCO|LOKA|LOKO|MAME|MAMO|MEAR|MEAS|MEON|MIAR|MION|MOCO|MOKO|MULA"
    r"|MULO|NACA|NACO|PEDA|PEDO|PENE|PIPI|PITO|POPO|PUTA|PUTO|QULO|RATA|ROBA|ROBE|ROBO|RUIN|SENO"
    r"|TETA|VACA|VAGA|VAGO|VAKA|VUEI|VUEY|WUEI|WUEY"
)
_LETTER_FROM = 2000  # births from this year have a letter at position 17


def cct(state: int, kind: str, number: int) -> str:
    """A school's code: state, three letters such as DES or EPR, a number, a check letter.

    >>> cct(1, "DES", 8)
    '01DES0008H'
    """
    letters = "".join(f"{ord(letter) - ord('A') + 1:02d}" for letter in kind)
    digits = f"{state:02d}{letters}{number:04d}"
    total = sum(int(digit) * (7, 26)[n % 2] for n, digit in enumerate(digits))
    return f"{state:02d}{kind}{number:04d}{_LETTERS[total % 27]}"


def check_digit(seventeen: str) -> str:
    """The last digit of a CURP."""
    total = sum(_VALUES.index(letter) * (18 - n) for n, letter in enumerate(seventeen))
    return str((10 - total % 10) % 10)


def curp(name: Name, born: date, sex: str, state: str, homonym: int = 0) -> str:
    """A CURP as the civil registry would build it; `homonym` tells apart people who share one."""
    first, second, given = (_words(part) for part in (name.first, name.second, name.given))
    given_word = given[1] if len(given) > 1 and given[0] in _COMMON else given[0]
    one, two = first[0], (second or ["X"])[0]
    head = one[0] + _inner(one, "AEIOU") + two[0] + given_word[0]
    if _RUDE.fullmatch(head):
        head = head[0] + "X" + head[2:]
    consonants = "".join(_inner(word, "BCDFGHJKLMNPQRSTVWXYZ") for word in (one, two, given_word))
    place = f"{'HM'[sex == 'F']}{state}"
    extra = str(homonym % 10) if born.year < _LETTER_FROM else chr(ord("A") + homonym % 26)
    body = f"{head}{born:%y%m%d}{place}{consonants}{extra}"
    return body + check_digit(body)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFD", text.upper().replace("Ñ", "X"))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    words = re.sub(r"[^A-Z ]", "", letters).split()
    return [word for word in words if word not in _SKIPPED] or words or ["X"]


def _inner(word: str, among: str) -> str:
    """The first vowel or consonant after the first letter; X when there is none."""
    return next((letter for letter in word[1:] if letter in among), "X")
