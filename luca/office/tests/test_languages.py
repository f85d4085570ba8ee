"""The admin in the language of whoever reads it, and how they choose another."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polib
import pytest
from django.test import Client
from django.utils import formats, translation

from luca.dynadmin import saying
from luca.office import catalogues, texts

if TYPE_CHECKING:
    from tenants.tests.desk import Office

LOGIN = "/admin/login/"


def browser(**headers: str) -> Client:
    return Client(SERVER_NAME="127.0.0.1", headers=headers)


@pytest.mark.parametrize(
    ("asked", "spoken"), [("", "es-mx"), ("es", "es-mx"), ("en-GB", "en"), ("fr", "es-mx")]
)
def test_a_browser_is_answered_in_its_language(asked: str, spoken: str) -> None:
    page = browser(accept_language=asked).get(LOGIN).content.decode()
    assert f'<html lang="{spoken}"' in page
    assert ("Contraseña" in page) is (spoken == "es-mx")
    assert ("Password" in page) is (spoken == "en")


def test_a_choice_is_kept_and_leads_back(office: "Office") -> None:
    assert '<html lang="es-mx"' in office.text("/admin/")
    where = "http://127.0.0.1/admin/?a=1"
    answer = office.post("/admin/language/", {"language": "en"}, headers={"Referer": where})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/?a=1")
    assert (answer.cookies["luca_language"]["path"], office.calls) == ("/admin/", ["GetItem"])
    assert '<html lang="en"' in office.text("/admin/")


@pytest.mark.parametrize(
    "where", ["https://evil.example/admin/", "http://127.0.0.1/x", "http://[::1", ""]
)
def test_a_choice_leads_nowhere_else(where: str) -> None:
    answer = browser().post("/admin/language/", {"language": "en"}, headers={"Referer": where})
    assert answer["Location"] == "/admin/"


@pytest.mark.parametrize("language", ["", "xx", "../../etc", "fr"])
def test_a_language_that_there_is_not_is_not_kept(language: str) -> None:
    answer = browser().post("/admin/language/", {"language": language})
    assert "luca_language" not in answer.cookies
    assert browser().get("/admin/language/").status_code == 405


@pytest.fixture
def _known(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A catalogue with two sentences."""
    known = {
        "Run {} is paused.": "La corrida {} está en pausa.",
        "There is no such {}.": "No existe: {}.",
        "{} of {}.": "De {1}: {0}.",
        "group": "grupo",
    }
    monkeypatch.setattr(saying, "gettext", lambda text: known.get(text, text))
    monkeypatch.setattr(saying, "catalogue", lambda _: set(known))
    saying._patterns.cache_clear()
    yield
    saying._patterns.cache_clear()


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("Run r-1 is paused.", "La corrida r-1 está en pausa."),
        ("There is no such group.", "No existe: grupo."),
        ("Three of four.", "De four: Three."),
        ("Nobody knows this.", "Nobody knows this."),
        ("", ""),
    ],
)
@pytest.mark.usefixtures("_known")
def test_a_sentence_with_something_in_it_is_translated_around_it(
    english: str, spanish: str
) -> None:
    assert saying.said(english) == spanish


def test_sentences_are_found_where_services_write_them(tmp_path: Path) -> None:
    source = tmp_path / "services" / "some.py"
    source.parent.mkdir()
    source.write_text(
        '"""A docstring is no text."""\n'
        'GONE = "It is gone."\n'
        'def f(run):\n    """Nor is this one."""\n'
        '    raise Conflict(f"Run {run.id} " "is paused.")\n'
        'x = "not.a.sentence"\n'
        'y = gettext_lazy("Label")\n'
        'z = ngettext("%(n)s day", "%(n)s days", 3)\n'
        'w = f"{a} {b}."\n'
    )
    assert {one.text for one in texts._in_file(source, "grades")} == {
        *("It is gone.", "Run {} is paused.", "Label", "%(n)s day")
    }


def test_templates_are_read_as_django_reads_them(tmp_path: Path) -> None:
    source = tmp_path / "page.html"
    source.write_text(
        '{% translate "It\'s" %}{% blocktranslate trimmed count n=n %}\n one\n{% plural %}\n'
        ' {{ n }}\n{% endblocktranslate %}{{ x|default:_("or") }}{% translate "q" context "c" %}'
    )
    found = {(one.context, one.text, one.plural) for one in texts._in_file(source, "grades")}
    assert found == {("", "It's", ""), ("", "one", "%(n)s"), ("", "or", ""), ("c", "q", "")}


def test_what_is_fuzzy_or_empty_is_not_translated(tmp_path: Path) -> None:
    source = tmp_path / "django.po"
    source.write_text(
        'msgid "a"\nmsgstr "A"\n\n#, fuzzy\nmsgid "b"\nmsgstr "B"\n\nmsgid "c"\nmsgstr ""\n'
    )
    made = catalogues._compiled(source)
    assert made is not None
    assert [one.msgid for one in polib.mofile(str(made))] == ["a"]
    assert catalogues._compiled(source) is None, "it is younger than its source"


def test_numbers_and_dates_are_written_as_in_mexico() -> None:
    from datetime import date  # noqa: PLC0415 -- only this test needs it
    from decimal import Decimal  # noqa: PLC0415

    from django.utils import formats  # noqa: PLC0415

    with translation.override("es-mx"):
        assert formats.date_format(date(2026, 11, 21), "SHORT_DATE_FORMAT") == "21/11/2026"
        assert formats.date_format(date(2026, 11, 21)) == "21 de noviembre de 2026"
        assert formats.number_format(Decimal("9.5")) == "9.5"


@pytest.mark.parametrize(
    ("lang", "shown"), [("en", "11/21/2026 16:51"), ("es-mx", "21/11/2026 16:51")]
)
def test_a_time_ends_no_sentence(lang: str, shown: str) -> None:
    """English would write `4:51 p.m.`, and the sentence around it a full stop more."""
    at = datetime(2026, 11, 21, 16, 51)  # noqa: DTZ001 -- only how it is written
    with translation.override(lang):
        assert formats.date_format(at, "SHORT_DATETIME_FORMAT") == shown
