"""Until it is closed a period is compared with the authority every day."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as law
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from govsync import services
from govsync.domain import RunStatus, State
from govsync.repository import batches, watches
from govsync.rules import watching as days
from govsync.services import reading, watching
from govsync.tests.cast import AUTUMN, school_year, students, work
from govsync.tests.checking import looked_at, somebody_sends
from govsync.tests.outside import TOKEN, Outside
from govsync.tests.test_command import said
from govsync.tests.test_corrections import corrected
from luca.api.tests.asking import Ask
from luca.aws import storage
from luca.kernel import clock, context
from luca.kernel.errors import NotFound

NOW = datetime(2026, 12, 20, 12, tzinfo=UTC)
NOBODY_SENT = "00000000-0000-5000-8000-000000000000"
Told = list[dict[str, object]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What the topic `compliance` is told."""
    found: Told = []
    monkeypatch.setattr(
        "govsync.services.differing.alerts.publish",
        lambda _topic, _subject, facts: found.append(dict(facts)),
    )
    return found


@pytest.fixture
def sent(village: str, authority: Outside) -> str:  # noqa: ARG001 -- it must run
    """Six records that have arrived, and one that was never sent."""
    run = work(services.start(AUTUMN).id).run
    assert run.status is RunStatus.DONE
    return str(run.id)


def test_what_agrees_is_looked_at_every_day_and_told_to_nobody(sent: str, told: Told) -> None:
    watch = services.watched(AUTUMN)
    assert watch is not None
    assert watch.until - watch.since == timedelta(days=0.3), "a hundredth of thirty days"

    found = looked_at()

    assert found.checked is not None
    assert (found.found, found.waiting, found.file, found.closed) == ({}, 0, "", None)
    assert found.due - found.checked == timedelta(days=0.01)
    assert services.status(sent).run.status is RunStatus.DONE, "a check is no run"
    assert services.run(sent).executions == 1
    assert told == []


def test_what_changes_behind_our_back_is_filed_each_day_and_told_once(
    sent: str, authority: Outside, told: Told
) -> None:
    changed, *_ = batches.records(sent, "00001")
    somebody_sends(authority, "k-changed", changed.sent_as)
    somebody_sends(authority, "k-foreign", NOBODY_SENT)

    first = looked_at()

    assert first.found == {"other_revision": 1, "foreign": 1}
    (facts,) = told
    assert (facts["kind"], facts["counts"]) == ("govsync.check", dict(first.found))
    assert changed.student not in json.dumps(facts), "nobody's id is told"
    content = json.loads(storage.read(f"{first.file}discrepancies.json") or b"{}")
    assert {(one["kind"], one["record"], one["run"]) for one in content["items"]} == {
        ("other_revision", changed.sent_as, sent),
        ("foreign", NOBODY_SENT, ""),
    }
    assert b"other_revision" in (storage.read(f"{first.file}discrepancies.csv") or b"")

    assert looked_at().found == first.found
    assert len(told) == 1, "what is known is told once"

    another = batches.records(sent, "00002")[0]
    somebody_sends(authority, "k-another", another.sent_as)
    assert looked_at().findings == 3
    assert (told[-1]["counts"], told[-1]["known_before"]) == ({"other_revision": 1}, 2)


def test_what_a_run_has_told_is_not_told_again_the_next_day(
    village: str,  # noqa: ARG001 -- it must be there
    authority: Outside,
    told: Told,
) -> None:
    authority.chaos(lost_share=1)
    run = work(services.start(AUTUMN).id)
    assert run.records[State.DRIFTED] == 6
    assert [one["kind"] for one in told] == ["govsync.discrepancies"]

    assert looked_at().found == {"missing": 6}
    assert len(told) == 1


@pytest.mark.usefixtures("sent")
def test_a_period_is_closed_when_its_days_are_over_and_nothing_is_amiss(
    authority: Outside, told: Told
) -> None:
    somebody_sends(authority, "k-late", NOBODY_SENT)
    watch = services.watched(AUTUMN)
    assert watch is not None
    watches.save(replace(watch, until=clock.now()))

    found = looked_at()
    assert (found.closed, found.overtime) == (None, True), "what is found keeps it open"
    assert len(told) == 1

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("govsync.rules.disagreements", lambda *_: [])
        found = looked_at()
    assert found.closed == found.checked
    services.check_period(AUTUMN, found.version)
    assert services.watched(AUTUMN) == found, "a closed one is left alone"


@pytest.mark.usefixtures("sent")
def test_a_school_closes_a_period_by_hand_and_a_new_run_opens_it_again() -> None:
    with context.entered(school=context.school(), actor="olga"):
        services.close(AUTUMN)
    found = services.watched(AUTUMN)
    assert found is not None
    assert services.close(AUTUMN) == found, "once is enough"
    assert (found.closed_by, found.closed is None) == ("olga", False)

    work(services.start(AUTUMN).id)
    again = services.watched(AUTUMN)
    assert again is not None
    assert (again.closed, again.closed_by) == (None, "")


@pytest.mark.usefixtures("sent")
def test_status_and_the_period_show_the_check_and_what_waits(village: str, ask: Ask) -> None:
    ask.school, ask.who = village, "olga/gov_operator"
    corrected(students(1)[0], "99")
    looked_at()

    shown = said("status", "--school", village)
    assert "checked daily until 20" in shown
    assert "0 findings, 1 grades wait for a correction run" in shown
    whole = said("period", "--school", village, "--period", AUTUMN)
    assert "records   1 BLOCKED_LOCAL, 6 VERIFIED" in whole
    assert "all 7 accounted for" in whole
    assert "waiting   1 grades" in whole
    found = ask("GET", f"/govsync/periods/{AUTUMN}").json()
    assert (found["balance"]["balanced"], found["balance"]["snapshot"]) == (True, 7)
    assert (found["waiting"], found["check"]["findings"]) == (1, {})
    assert ask("GET", f"/govsync/runs/{found['runs'][0]}").json()["check"] == found["check"]

    would = said("close", "--school", village, "--period", AUTUMN, "--dry-run")
    assert f"period {AUTUMN}: the check would end; checked daily" in would
    assert "closed 20" in said("close", "--school", village, "--period", AUTUMN)
    closed = ask("POST", f"/govsync/periods/{AUTUMN}/close")
    assert (closed.status_code, closed.json()["due_at"]) == (200, None)
    assert ask("GET", "/govsync/periods/2031-1").status_code == 404
    assert ask("POST", "/govsync/periods/2031-1/close").status_code == 404


@pytest.mark.usefixtures("village")
def test_what_was_never_sent_is_not_checked() -> None:
    assert services.watched(AUTUMN) is None
    services.check_period(AUTUMN, 0)
    with pytest.raises(NotFound):
        services.close(AUTUMN)


@pytest.mark.usefixtures("authority", "sent")
def test_a_check_that_cannot_read_comes_back_in_an_hour(settings: Settings) -> None:
    watch = services.watched(AUTUMN)
    assert watch is not None
    settings.AUTHORITY_TOKEN = "wrong"
    services.check_period(AUTUMN, watch.version)
    off = services.watched(AUTUMN)
    assert off is not None
    assert (off.checked, off.pages, off.version) == (None, 0, watch.version + 1)
    assert off.due < watch.due
    assert services.held() is not None, "refused credentials hold the school, whoever notices"
    services.check_period(AUTUMN, off.version)
    assert services.watched(AUTUMN) != off, "a held school is asked about later, and not called for"

    settings.AUTHORITY_TOKEN = TOKEN
    services.resume()
    assert looked_at().found == {}


@pytest.mark.usefixtures("authority", "sent")
def test_a_run_under_way_is_not_disturbed() -> None:
    watch = services.watched(AUTUMN)
    run = services.start(AUTUMN)
    assert watch is not None
    services.check_period(AUTUMN, watch.version)
    off = services.watched(AUTUMN)
    assert off is not None
    assert (off.began, off.checked) == (None, None)
    work(run.id)


@pytest.mark.slow
def test_the_hourly_look_wakes_what_is_due_in_every_school_and_no_other(
    sent: str, village: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sent
    woken: list[tuple[str, str, int]] = []
    monkeypatch.setattr(
        watching, "_wake", lambda w: woken.append((context.school(), w.period, w.version))
    )
    south = f"south-{village[-8:]}"
    school_year(south, 1)
    with context.entered(school=south):
        work(services.start(AUTUMN).id)
        services.close(AUTUMN)
    watch = services.watched(AUTUMN)
    assert watch is not None

    with clock.stopped(watch.due - timedelta(seconds=1)):
        services.check_periods()
    assert village not in {school for school, _, _ in woken}
    with clock.stopped(watch.due):
        assert services.check_periods() >= 1
    assert (village, AUTUMN, watch.version) in woken
    assert south not in {school for school, _, _ in woken}, "it is closed"


def test_two_workers_with_one_message_make_one_check(
    sent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sent
    watch = services.watched(AUTUMN)
    assert watch is not None
    page, calls = reading.page, 0

    def overtaken(*given: Any) -> object:
        nonlocal calls
        calls += 1
        if calls == 1:
            looked_at()
        return page(*given)

    monkeypatch.setattr(reading, "page", overtaken)
    services.check_period(AUTUMN, watch.version)

    found = services.watched(AUTUMN)
    assert found is not None
    assert found.began is None, "the slower one has changed nothing"


@law(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=31, max_size=45))
def test_a_watch_ends_with_the_first_clean_day_after_its_days_and_never_before(
    each_day: list[tuple[int, int]],
) -> None:
    watch, now = days.begun(AUTUMN, NOW, 30, None), NOW
    for number, (findings, waiting) in enumerate(each_day, 1):
        now = max(now, watch.due)
        found = {"missing": findings} if findings else {}
        watch = days.checked(days.put_off(watch, now), now, found, waiting)
        over = number >= 30 and not findings and not waiting
        assert (watch.closed is not None) is over
        if over:
            return
    assert watch.overtime
