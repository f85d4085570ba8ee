"""What becomes a card, how bad it is, and that words are never missing."""

from datetime import date
from typing import Any

import pytest
from django.urls import resolve
from django.utils import translation

from govsync.services import What
from luca.kernel.ids import PeriodId
from luca.office import attention, links, troubles
from luca.office.cards import Weight
from tenants.domain import Period, PeriodState

TODAY = date(2026, 11, 21)
NIGHT = {"date": "2026-11-21", "state": "finished", "failed": 0, "left": 0, "overdue": False}


def titles(found: dict[str, Any], *periods: Period) -> list[tuple[Weight, str]]:
    with translation.override("en"):
        return [(one.weight, one.title) for one in attention.cards(found, periods, TODAY)]


def period(ends: date, state: PeriodState = PeriodState.OPEN) -> Period:
    return Period(PeriodId("2026-1"), "Otoño", date(2026, 8, 1), ends, state)


@pytest.mark.parametrize(
    ("found", "weight", "title"),
    [
        (
            {"night": {**NIGHT, "state": "failed", "failed": 3}},
            Weight.DANGER,
            "The night of 2026-11-21 failed",
        ),
        (
            {"night": {**NIGHT, "state": "running", "overdue": True}},
            Weight.DANGER,
            "The night of 2026-11-21 has not ended",
        ),
        ({"refused": 2}, Weight.WARNING, "2 events were rejected"),
        ({"waiting": 1}, Weight.INFO, "1 result waits to be consolidated"),
        (
            {"invitations": {"expired": 1, "failed": 1, "accepted": 9}},
            Weight.WARNING,
            "2 invitations expired or could not be sent",
        ),
        ({"invitations": {"sent": 1, "waiting": 2}}, Weight.INFO, "3 invitations are open"),
    ],
)
def test_what_needs_somebody_is_a_card(found: dict[str, Any], weight: Weight, title: str) -> None:
    assert titles(found) == [(weight, title)]


@pytest.mark.parametrize(
    "found", [{}, {"night": None}, {"night": NIGHT}, {"invitations": {"accepted": 3}, "waiting": 0}]
)
def test_what_is_well_is_not_mentioned(found: dict[str, Any]) -> None:
    assert titles(found, period(date(2026, 12, 18))) == []


@pytest.mark.parametrize(
    ("ends", "state", "title"),
    [
        (date(2026, 11, 20), PeriodState.OPEN, "Otoño is over and still open"),
        (date(2026, 11, 21), PeriodState.OPEN, "Otoño ends on 21/11/2026"),
        (date(2026, 12, 5), PeriodState.OPEN, "Otoño ends on 05/12/2026"),
        (date(2026, 12, 6), PeriodState.OPEN, None),
        (date(2026, 11, 20), PeriodState.CLOSING, "Otoño is closing"),
        (date(2026, 11, 20), PeriodState.CLOSED, None),
    ],
)
def test_a_period_is_mentioned_when_its_end_is_near(
    ends: date, state: PeriodState, title: str | None
) -> None:
    found = [one for _weight, one in titles({}, period(ends, state))]
    assert found == ([title] if title else [])


def test_the_worst_comes_first() -> None:
    found = {
        "waiting": 3,
        "invitations": {"expired": 1, "sent": 1},
        "night": {**NIGHT, "state": "failed"},
    }
    weights = [weight for weight, _title in titles(found, period(date(2026, 11, 20)))]
    assert weights == sorted(weights)
    assert set(weights) == set(Weight)


@pytest.mark.parametrize("language", ["en", "es-mx"])
@pytest.mark.parametrize("what", What)
def test_every_trouble_of_the_sync_has_its_words(what: What, language: str) -> None:
    with translation.override(language):
        for count in (1, 2):
            one = {
                "what": what.value,
                "period": "2026-1",
                "run": "r1",
                "count": count,
                "reason": "operator",
            }
            (card,) = troubles.cards([one], {"2026-1": "Otoño"})
            assert card.title
            assert card.todo
            assert card.link
            assert "%(" not in card.title + card.todo
            assert "2026-1" not in card.title


@pytest.mark.parametrize("page", links.PAGES)
def test_every_card_leads_to_a_page(page: str) -> None:
    arguments = ["2026-1"] if page in {"period", "run"} else []
    assert resolve(links.to(page, *arguments)).view_name == f"admin:{links.PAGES[page]}"


def test_a_trouble_that_only_a_newer_worker_knows_is_left_out() -> None:
    assert list(troubles.cards([{"what": "volcano"}], {})) == []
