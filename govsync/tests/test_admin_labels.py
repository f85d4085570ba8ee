"""Nothing that the sync says is left in the machine's own words."""

import pytest
from django.utils import translation

import tenants.admin  # noqa: F401 -- the site is found first, or the pages of others are lost
from govsync import definition
from govsync.admin import labels
from govsync.domain import HoldReason, RunKind, RunStatus, State
from govsync.engine import Phase
from govsync.rules.advice import BY_CODE
from govsync.rules.answers import CODES, OTHER
from govsync.services import failures

TONES = {"success", "danger", "warning", "info", ""}
KINDS = ("missing", "other_revision", "older_revision", "unknown", "foreign", "arrived")


def test_every_word_has_a_label() -> None:
    assert set(labels.STATES) == set(State)
    assert set(labels.RUNS) == set(RunStatus)
    assert set(labels.KINDS) == set(RunKind)
    assert set(labels.HOLDS) == set(HoldReason)
    assert set(labels.PHASES) == set(Phase)
    assert set(labels.STEPS) >= set(definition.machine(definition.current()).states)
    assert set(labels.DISCREPANCIES) >= {*KINDS, "withdrawn"}
    assert {tone for _text, tone in labels.STATES.values()} <= TONES


def test_every_cause_and_code_has_a_label() -> None:
    ours = {code for code in BY_CODE if code != "missing_there"}  # a state's own "missing"
    assert set(labels.CODES) >= {*CODES, OTHER, *ours}


def test_every_error_of_the_machine_has_a_label() -> None:
    raised = {
        value
        for name, value in vars(failures).items()
        if name.isupper() and isinstance(value, str) and value.startswith("Gov.")
    }
    assert set(labels.ERRORS) >= raised | {"Gov.Paused", "Gov.Unbalanced", "States.Timeout"}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("http_503", "The authority answered 503"),
        ("split_off_00001", "Split off batch 00001"),
        ("missing_curp", "CURP missing"),
        ("of_next_year", "of_next_year"),
    ],
)
def test_a_reason_is_said_in_words(code: str, said: str) -> None:
    with translation.override("en"):
        assert labels.code(code) == said


def test_an_answer_keeps_its_status_and_says_its_codes() -> None:
    with translation.override("en"):
        assert labels.answer("422 invalid_records no_curp") == (
            "422, Some records are not valid, CURP missing"
        )


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("200", "200"),
        ("422 invalid_records score", "422, Some records are not valid, Grade refused"),
        (
            "500 unavailable; asked by key: 404 other",
            "500, The authority is not available; asked by its key: 404",
        ),
        ("no answer; asked by key: 200", "No answer; asked by its key: 200"),
        ("other", "A code that Luca does not know"),
        ("", ""),
    ],
)
def test_an_answer_is_told_in_words(kept: str, shown: str) -> None:
    with translation.override("en"):
        assert labels.answer(kept) == shown
