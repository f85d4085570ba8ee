"""What services say in English, in the language of whoever reads it.

A service's sentence with something in it, `f"Run {run} is paused."`, stands in the catalogue as
`Run {} is paused.`; what stood in the braces is put into the translation's.
"""

import gettext as python_gettext
import re
from functools import cache
from typing import Any

from django.utils.translation import get_language, gettext, trans_real

HOLE = re.compile(r"\{(\d*)\}")


def said(text: object) -> str:
    """Translate an error or a sentence of a service; what nobody has translated stays."""
    english = str(text)
    if not english:
        return ""
    whole = gettext(english)
    if whole != english:
        return whole
    for pattern, source in _patterns(get_language() or "en"):
        found = pattern.fullmatch(english)
        if found:
            return gettext(source).format(*map(_part, found.groups()))
    return english


def _part(text: str) -> str:
    return gettext(text) if text else ""


def catalogue(language: str) -> set[Any]:
    """Every text that has a translation, as Django names it: one with a plural is a pair."""
    translation: Any = trans_real.translation(language)
    return set(translation._catalog.keys())  # as Django's own JavaScriptCatalog reads it


def read_again() -> None:
    """Forget every catalogue that this process has read: the files are others now."""
    for reader in (python_gettext, trans_real):
        cached: Any = reader
        cached._translations.clear()
    _patterns.cache_clear()


@cache
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The catalogue's sentences with holes, those with the most words of their own first."""
    holed = {one for one in catalogue(language) if isinstance(one, str) and "{}" in one}
    ordered = sorted(holed, key=lambda one: (-len(one), one))
    return tuple(
        (re.compile("(.*?)".join(map(re.escape, one.split("{}"))), re.DOTALL), one)
        for one in ordered
    )
