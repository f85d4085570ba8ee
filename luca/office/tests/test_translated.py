"""Everything that the admin shows has its Spanish, ours and the theme's."""

import re
from pathlib import Path

import polib
import pytest

from luca.office import catalogues, texts

HOW = """
{missing} texts of {owner} are in no Spanish catalogue:

{shown}

Append them to {owner}/locale/es_MX/LC_MESSAGES/django.po (the theme's: luca/dynadmin/locale);
`manage.py translations --app {owner}` prints them as entries to fill in.
"""
NAMED = re.compile(r"%\((\w+)\)[sd]|%[sd]")
BRACED = re.compile(r"\{(\w*)\}")
SOURCES = list(catalogues.sources())


def holes(text: str) -> list[str]:
    """What a text leaves open; numbered holes may stand in another order."""
    braces = ["{}" if not name or name.isdigit() else name for name in BRACED.findall(text)]
    return sorted([*(one.group() for one in NAMED.finditer(text)), *braces])


@pytest.mark.parametrize(
    "owner", ["luca/dynadmin", "luca/office", "tenants", "grades", "behavior", "govsync", "lake"]
)
def test_every_text_of_an_app_has_its_spanish(owner: str) -> None:
    missing = texts.untranslated(one for one in texts.ours() if one.owner == owner)
    shown = "\n".join(f"  {one.where}: {one.text!r}" for one in missing)
    assert not missing, HOW.format(missing=len(missing), owner=owner, shown=shown)


def test_every_text_of_the_theme_has_its_spanish() -> None:
    missing = texts.untranslated(texts.theirs())
    shown = "\n".join(f"  {one.where}: {one.text!r}" for one in missing)
    assert not missing, HOW.format(missing=len(missing), owner="theme", shown=shown)


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: str(one.relative_to(catalogues.ROOT)))
def test_a_translation_keeps_what_is_put_into_it(source: Path) -> None:
    wrong = []
    for entry in polib.pofile(str(source)):
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            sources = [entry.msgid, entry.msgid_plural] if entry.msgid_plural else [entry.msgid]
            if text and holes(text) not in [holes(one) for one in sources]:
                wrong.append((entry.msgid, text))
    assert not wrong


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: str(one.relative_to(catalogues.ROOT)))
def test_a_catalogue_says_each_thing_once_and_in_one_way(source: Path) -> None:
    said: dict[tuple[str, str], str] = {}
    for entry in polib.pofile(str(source)):
        assert not entry.fuzzy, f"{entry.msgid!r} is marked as doubtful"
        assert not entry.obsolete, f"{entry.msgid!r} is used nowhere"
        name = entry.msgctxt or "", entry.msgid
        assert said.setdefault(name, entry.msgstr) == entry.msgstr, f"{entry.msgid!r} has two"


def test_catalogues_do_not_contradict_each_other() -> None:
    """All are one catalogue in the end: the first app's words would stand on another's pages."""
    said: dict[tuple[str, str], dict[str, set[str]]] = {}
    for source in SOURCES:
        for entry in polib.pofile(str(source)):
            words = "|".join(entry.msgstr_plural.values()) or entry.msgstr
            of = said.setdefault((entry.msgctxt or "", entry.msgid), {})
            of.setdefault(words, set()).add(str(source.relative_to(catalogues.ROOT).parts[0]))
    assert {text: words for text, words in said.items() if len(words) > 1} == {}


ANSWERING = (
    *("rules/parameters.py", "rules/windows.py", "repository/duck.py"),
    "services/asking.py",
)


@pytest.mark.parametrize("module", ANSWERING)
def test_what_the_lake_says_in_the_place_of_an_answer_has_its_spanish(module: str) -> None:
    """The rest of the lake speaks to operators only."""
    found = list(texts._in_file(catalogues.ROOT / "lake" / module, "lake"))
    assert found, "has it moved?"
    assert texts.untranslated(found) == []
