"""The page itself: every name is printable, and nothing that is written in it is obeyed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from grades.domain import Rounding, Verdict
from grades.domain.reports import ReportCard, ReportLine, Standing
from grades.serializers import printing
from grades.serializers.report_cards import ES, WORDS, printed, shortened
from luca.kernel.ids import PeriodId, SchoolId, StudentId, SubjectId
from tenants.domain import Period, PeriodState, School, Student

LETTERS = (
    "Núñez Ñandú Xóchitl Güemes Ávila Éder Íñigo Óscar Úrsula Citlālli Çelik Łukasz"
    " Ixch\u02bceel K\u2019in"  # as Maya names are spelled
)
ODD = ["李小龙", "😀", "\u202eada", "a\x00b", "\ud800", "ﷺ", "e\u0301", "x" * 300, " ", ""]
COMMANDS = [
    '#panic("obeyed")',
    '" + panic() + "',
    ']#panic("obeyed")[',
    "#read('/etc/passwd')",
    '#import "@preview/x:0.1.0"',
    "$ x $ *b* _i_ `c` <y> @z \\ // = Title",
]


def card(text: str = "Ada Núñez", *, closed: bool = True, lines: int = 1) -> ReportCard:
    """A card on which everything that a school or family has written is this text."""
    of = Standing.OFFICIAL if closed else Standing.PROVISIONAL
    row = ReportLine(
        SubjectId(text),
        Decimal("8.7"),
        text,
        Verdict.PASSED,
        Rounding.TRUNCATE,
        places=1,
        version=1,
        standing=of,
        name=text,
    )
    state = PeriodState.CLOSED if closed else PeriodState.OPEN
    return ReportCard(
        school=School(SchoolId("north"), text, cct=text),
        cct_doubtful=True,
        student=Student(StudentId("ada"), text, text, curp=text),
        groups=(text,),
        period=Period(PeriodId("p"), text, date(2026, 8, 1), date(2026, 12, 18), state),
        lines=(row,) * lines,
        day=date(2026, 12, 19),
    )


def pages(*cards: ReportCard) -> list[bytes]:
    found = printing._compiled(cards, ES, "png")
    return [found] if isinstance(found, bytes) else list(found)


@pytest.mark.parametrize("text", [LETTERS, *ODD])
def test_no_name_stops_the_press(text: str) -> None:
    assert printing.pdf([card(text)], ES).startswith(b"%PDF-")


@pytest.mark.parametrize("text", COMMANDS)
def test_nothing_that_is_written_on_it_is_obeyed(text: str) -> None:
    assert len(pages(card(text))) == 1


def test_a_command_in_the_template_would_be_noticed() -> None:
    """The proof that the texts above are commands."""
    with pytest.raises(typst.TypstError, match="obeyed"):
        typst.compile(COMMANDS[0].encode())


@given(st.text(max_size=60))
@settings(max_examples=40)
def test_whatever_is_written_is_printed(text: str) -> None:
    assert printing.pdf([card(text)], ES).startswith(b"%PDF-")


def test_spanish_letters_have_glyphs() -> None:
    """A letter without one is a box, and two boxes look the same."""
    for one, other in ("ñn", "Áa", "üu", "āa", "\u02bc'", "çc"):
        assert pages(card(one)) != pages(card(other))
    boxes = {pages(card(c))[0] for c in "李龙"}
    assert boxes == {pages(card("李"))[0]}
    for letter in set(LETTERS.replace(" ", "")):
        assert pages(card(letter))[0] not in boxes, letter


def test_every_student_has_a_page_of_their_own() -> None:
    assert len(pages(*[card(str(n)) for n in range(5)])) == 5
    assert len(pages(card(lines=14), card(lines=14))) == 2


def test_the_same_cards_make_the_same_pages() -> None:
    assert pages(card()) == pages(card())
    assert pages(card()) != pages(card(closed=False))


@pytest.mark.parametrize("language", WORDS)
def test_a_provisional_number_is_called_so(language: str) -> None:
    words = WORDS[language]
    (_, number, _, how) = printed(card(closed=False), language)["rows"][0]

    assert number.endswith("(provisional)")
    assert "PROVISIONAL" in words["provisional"]
    assert how == shortened(Rounding.TRUNCATE, 1, language)
    assert "provisional" not in str(printed(card(), language)["rows"])
    assert printed(card(), language)["official"] is True
    assert words.keys() == WORDS[ES].keys()


@pytest.mark.parametrize(
    ("rounding", "places", "said"),
    [
        (Rounding.TRUNCATE, 1, "truncado a décimos, sin redondear"),
        (Rounding.TRUNCATE, 0, "truncado a enteros, sin redondear"),
        (Rounding.HALF_UP, 2, "redondeado a centésimos"),
        (Rounding.HALF_UP, 5, "redondeado a 5 decimales"),
        (None, 1, ""),
    ],
)
def test_how_a_number_was_made_is_said_in_the_sep_s_words(
    rounding: Rounding | None, places: int, said: str
) -> None:
    assert shortened(rounding, places, ES) == said
