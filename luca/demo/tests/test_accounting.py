"""The accounts: every equation must be able to fail, and a failure ends the demo with 1."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from luca.demo.accounting import EQUATIONS, MEMORY_MIB, OPTIONAL_EQUATIONS, checks
from luca.demo.driver.isolation import Attempt
from luca.demo.driver.operator import Failed
from luca.demo.driver.run import Demo, Outcome
from luca.demo.report.assembling import FIRST, assemble
from luca.demo.report.page import render
from luca.demo.report.words import SPANISH
from luca.localaws.stack import Stack

if TYPE_CHECKING:
    from pathlib import Path

TRUE = {
    "schools": 2,
    "students": 3,
    "evaluations_sent": 10,
    "evaluations_stored": 10,
    "events_sent": 20,
    "events_stored": 20,
    "events_duplicated": 5,
    "lake_events": 20,
    "lake_grades": 4,
    "lake_differences": 0,
    "quantity_sent": 70,
    "quantity_stored": 70,
    "enrolments": 4,
    "grades": 4,
    "grades_checked": 4,
    "grades_wrong": 0,
    "grades_closed": 4,
    "grades_undefined": 1,
    "sync_records": 4,
    "sync_settled": 4,
    "sync_accepted": 3,
    "sync_rejected": 0,
    "sync_blocked": 1,
    "sync_dead": 0,
    "sync_balanced": 1,
    "authority_grades": 3,
    "authority_wrong": 0,
    "authority_doubled": 0,
    "faults_missing": 0,
    "cross_tenant_attempts": 6,
    "cross_tenant_denied": 6,
    "controls": 6,
    "controls_passed": 6,
    "http_surprises": 0,
    "dead_letters": 0,
    "strangers": 0,
    "peak_memory_mib": 900,
}


def outcome(**changes: float) -> Outcome:
    found = Outcome(figures={**TRUE, **changes}, finals={"north": [10.0, 95.5]})
    found.samples = {"seconds": [0.0, 1.0], "mib": [1.0, 2.0]}
    found.timings = {"GET /profile": [1.0, 2.0, 3.0, 40.0]}
    return found


def test_true_figures_add_up() -> None:
    assert [check for check in checks(TRUE) if not check.holds] == []


@pytest.mark.parametrize("row", EQUATIONS, ids=lambda row: str(row[0]))
def test_each_equation_fails_by_one(row: tuple[str, ...]) -> None:
    _, _, is_, *_ = row
    broken = {check.name for check in checks({**TRUE, is_: TRUE[is_] + 1}) if not check.holds}
    assert row[0] in broken


@pytest.mark.parametrize("row", OPTIONAL_EQUATIONS, ids=lambda row: str(row[0]))
def test_what_is_published_must_be_equal_where_it_exists(row: tuple[str, ...]) -> None:
    name, expected, is_, *_ = row
    assert name not in {check.name for check in checks(TRUE)}
    found = {check.name: check.holds for check in checks({**TRUE, expected: 7, is_: 6})}
    assert found[name] is False


@pytest.mark.parametrize(
    "name", ["evaluations_sent", "events_sent", "events_duplicated", "controls", "grades"]
)
def test_figures_that_are_nothing_prove_nothing(name: str) -> None:
    assert [check.found for check in checks({**TRUE, name: 0}) if "nothing" in check.name] == [1]


def test_data_without_a_single_score_has_no_results_to_send() -> None:
    none = {"evaluations_sent": 0, "evaluations_stored": 0}
    published = {"score_rows": 0, "score_rows_explained": 0}
    assert all(check.holds for check in checks({**TRUE, **none, **published}))


def test_too_much_memory_does_not_pass() -> None:
    over = {**TRUE, "peak_memory_mib": MEMORY_MIB + 1}
    assert not all(check.holds for check in checks(over))


def test_a_figure_that_nobody_delivered_is_an_error() -> None:
    incomplete = {name: value for name, value in TRUE.items() if name != "events_stored"}
    with pytest.raises(KeyError):
        checks(incomplete)


def test_the_report_has_what_the_issue_asks_for() -> None:
    report = assemble("generated", outcome(), {"lessons": 1.23}, 12.34, 0.02)
    assert report["ok"]
    assert set(FIRST) | {"seconds", "phases"} <= set(report)
    assert report["sync_balanced"] is True
    assert report["phases"] == {"lessons": 1.2}
    assert report["latency"]["GET /profile"] == {"count": 4, "p50_ms": 2.0, "p95_ms": 40.0}


def test_an_attempt_that_was_not_denied_is_named() -> None:
    found = outcome(cross_tenant_denied=5)
    found.attempts = [
        Attempt("a student reads a profile", "api", "200 ", denied=False, control=True)
    ]
    report = assemble("generated", found, {}, 1, 1)
    assert not report["ok"]
    assert "api: a student reads a profile: 200 " in report["findings"]


def test_every_account_has_its_spanish_words() -> None:
    every = checks(
        {
            **TRUE,
            **{row[1]: 1 for row in OPTIONAL_EQUATIONS},
            **{row[2]: 1 for row in OPTIONAL_EQUATIONS},
        }
    )
    said = {word for check in every for word in (check.name, check.left, check.right)}
    assert said - set(SPANISH) == set()


def test_the_page_holds_everything_and_fetches_nothing() -> None:
    found = outcome()
    found.attempts = [Attempt("<script>", "wire", "AccessDenied", denied=True, control=True)]
    report = assemble("oulad", found, {"lessons": 1}, 1, 0.02)
    page = render({**report, "finals": found.finals})
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    links = page.replace("http://www.w3.org/2000/svg", "")
    assert "http" not in links.partition("</head>")[2]
    assert "src=" not in links
    assert "url(" not in links
    assert 'lang="es"' in page
    assert 'lang="en"' in page
    assert "GOVSYNC_TIME_SCALE=0.02" in page


@pytest.fixture
def no_stack(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    stopped: list[str] = []
    monkeypatch.setattr(Stack, "down", lambda *_: stopped.append("down"))
    return stopped


def test_the_demo_ends_with_an_error_when_it_does_not_add_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_stack: list[str]
) -> None:
    monkeypatch.setattr(Demo, "play", lambda _: outcome(events_stored=19))
    with pytest.raises(CommandError, match="events: distinct events sent 20 = in the table 19"):
        call_command("demo", home=tmp_path)
    assert json.loads((tmp_path / "report.json").read_text())["ok"] is False
    assert no_stack == ["down"]


def test_the_demo_succeeds_when_it_adds_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_stack: list[str]
) -> None:
    monkeypatch.setattr(Demo, "play", lambda _: outcome())
    call_command("demo", home=tmp_path)
    assert json.loads((tmp_path / "report.json").read_text())["ok"] is True
    assert "Todo cuadra" in (tmp_path / "report.html").read_text()
    assert no_stack == ["down"]


def test_the_stack_is_stopped_when_the_demo_breaks_off(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_stack: list[str]
) -> None:
    def broken(_: Demo) -> Outcome:
        raise Failed("manage.py load_year ended with 1: no such thing")

    monkeypatch.setattr(Demo, "play", broken)
    with pytest.raises(CommandError, match="load_year ended with 1"):
        call_command("demo", home=tmp_path)
    assert no_stack == ["down"]


def test_ctrl_c_stops_the_stack_and_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_stack: list[str]
) -> None:
    def interrupted(_: Demo) -> Outcome:
        raise KeyboardInterrupt

    monkeypatch.setattr(Demo, "play", interrupted)
    with pytest.raises(CommandError, match="Stopped") as error:
        call_command("demo", home=tmp_path)
    assert error.value.returncode == 130
    assert no_stack == ["down"]


def test_a_folder_that_is_no_home_is_not_erased(tmp_path: Path, no_stack: list[str]) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(CommandError, match="is not a home"):
        call_command("demo", home=tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
    assert no_stack


def test_a_folder_without_tables_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"courses\.csv"):
        call_command("demo", data=tmp_path)
