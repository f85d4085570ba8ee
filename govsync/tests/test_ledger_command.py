"""The ledger at the operator's command line: causes, records, discrepancies, codes, corrections."""

import json
from typing import Any

import pytest
from django.core.management import CommandError

from govsync import demands, services
from govsync.domain import State
from govsync.rules.catalogue import parse
from govsync.tests.cast import AUTUMN, work
from govsync.tests.outside import Outside
from govsync.tests.test_command import said
from govsync.tests.test_preflight import STRICT
from luca.api.tests.asking import Ask

GIVEN = {"curp": {"required": False, "pattern": "x"}, "subjects": ["maths", "art", "M-1"]}


def rows(*words: str) -> list[Any]:
    return [json.loads(line) for line in said(*words, "--json").splitlines()]


@pytest.fixture
def refused(village: str, authority: Outside) -> str:
    """A run of six records that the authority refused, and one that was never sent."""
    authority.chaos(bad_share=1)
    run = services.start(AUTUMN)
    work(run.id)
    authority.chaos()
    services.resume()
    work(run.id)
    assert services.held() is None
    return village


def test_many_refused_records_are_few_causes_with_what_to_do(refused: str) -> None:
    shown = said("rejects", "--school", refused)
    assert "unknown_student -> 6 records (REJECTED_DATA)" in shown
    assert "undefined_grade -> 1 records (BLOCKED_LOCAL)" in shown
    assert "7 records, 2 causes" in shown
    assert "compruebe su CURP" in shown
    assert "Núñez" not in shown
    first, second = rows("rejects", "--school", refused)
    assert (first["code"], first["records"], len(first["sample"])) == ("unknown_student", 6, 5)
    assert second["what_to_do"].startswith("The student has no grade")


def test_records_are_listed_by_state_with_their_history(refused: str) -> None:
    bad = rows("records", "--school", refused, "--state", "REJECTED_DATA")
    assert len(bad) == 6
    assert {one["history"][-1]["reason"] for one in bad} == {"unknown_student"}
    assert len(rows("records", "--school", refused)) == 7
    assert len(rows("records", "--school", refused, "--limit", "2")) == 2
    shown = said("records", "--school", refused, "--limit", "0")
    assert all(one["id"] in shown for one in bad)
    assert "payload" not in shown + json.dumps(bad)
    assert said("records", "--school", refused, "--state", "DEAD") == "No records.\n"
    with pytest.raises(CommandError, match="--limit"):
        said("records", "--school", refused, "--limit", "-1")


def test_what_does_not_agree_is_listed_after_reading_back(refused: str) -> None:
    assert "0 discrepancies, read back 20" in said("discrepancies", "--school", refused)
    assert rows("discrepancies", "--school", refused) == []


def test_nothing_is_corrected_before_something_has_arrived(refused: str, ask: Ask) -> None:
    ask.school, ask.who = refused, "olga/gov_operator"
    for more in ([], ["--dry-run"]):
        with pytest.raises(CommandError, match="arrived"):
            said("correct", "--school", refused, "--period", AUTUMN, *more)
    answer = ask("POST", "/govsync/correct", {"period": AUTUMN})
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_correct")
    assert ask("POST", "/govsync/correct", {}).status_code == 422


@pytest.mark.usefixtures("authority")
def test_a_correction_run_is_tried_and_started(village: str, ask: Ask) -> None:
    ask.school, ask.who = village, "olga/gov_operator"
    first = work(services.start(AUTUMN).id).run
    asked = "correct", "--school", village, "--period", AUTUMN
    assert "would send 0 records and hold back 1" in said(*asked, "--dry-run")
    assert services.latest().id == first.id

    assert "a correction" in said(*asked)
    second = services.latest()
    assert (second.kind.value, second.id != first.id) == ("correction", True)
    assert work(second.id).records == {State.BLOCKED_LOCAL: 1}

    third = ask("POST", "/govsync/correct", {"period": AUTUMN})
    assert (third.status_code, third.json()["kind"]) == (202, "correction")
    assert third["Location"].endswith(third.json()["id"])


def test_codes_of_subjects_are_shown_changed_and_tried(
    village: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demands, "current", lambda: parse({**STRICT, **GIVEN}))
    asked = "subjects", "--school", village
    assert "0 subjects have a code" in said(*asked)
    assert "maths -> M-1  (new)" in said(*asked, "--set", "maths=M-1", "--dry-run")
    assert services.subject_codes() == ({}, 0)
    said(*asked, "--set", "maths=M-1", "--set", "art=M-1")
    said(*asked, "--remove", "art")
    assert rows(*asked) == [{"maths": "M-1"}]
    for wrong in (["--set", "maths"], ["--set", "maths=X-9"], ["--remove", "chess"]):
        with pytest.raises(CommandError):
            said(*asked, *wrong)
    assert services.subject_codes() == ({"maths": "M-1"}, 2)
