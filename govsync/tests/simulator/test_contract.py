"""The simulated authority keeps its side of the contract, and fails when asked to."""

import signal
import time
from pathlib import Path
from typing import Any

import pytest
import urllib3

from govsync.tests.outside import TOKEN, Outside, simulator
from govsync.tests.simulator.calls import batch, grade


def test_grades_are_accepted_once_and_read_back(authority: Outside) -> None:
    given = batch(grade(1), grade(2), period="once")

    first, again = authority.post("k-once", given), authority.post("k-once", given)

    assert first == (
        200,
        {"status": "accepted", "batch": "k-once", "accepted": 2, "duplicate": False},
    )
    assert again == (200, {**first[1], "duplicate": True})
    held = authority.read("/api/grades?school_id=north&period=once")
    assert [row["record_id"] for row in held["records"]] == ["r1", "r2"]
    assert {row["deliveries"] for row in held["records"]} == {1}
    assert authority.read("/api/batches/k-once")["answer"]["accepted"] == 2


def test_another_body_under_the_same_key_is_a_conflict(authority: Outside) -> None:
    authority.post("k-conflict", batch(grade(1), period="conflict"))

    status, said = authority.post("k-conflict", batch(grade(2), period="conflict"))

    assert (status, said["code"]) == (409, "conflict")
    held = authority.read("/api/grades?school_id=north&period=conflict")
    assert [row["record_id"] for row in held["records"]] == ["r1"]


def test_bad_records_are_named_and_nothing_of_the_batch_is_kept(authority: Outside) -> None:
    bad: list[Any] = [grade(1, score="101"), grade(2, score=87), grade(3, student=""), "no grade"]

    status, said = authority.post("k-bad", batch(grade(0), *bad, period="bad"))

    assert status == 422
    assert [(one["index"], one["code"]) for one in said["errors"]] == [
        (1, "score"),
        (2, "score"),
        (3, "missing"),
        (4, "not_an_object"),
    ]
    assert authority.read("/api/grades?school_id=north&period=bad")["records"] == []


@pytest.mark.parametrize(
    ("key", "body", "status"),
    [
        ("k", {"school_id": "north"}, 400),
        ("k", [], 400),
        ("k", batch(), 400),
        ("", batch(grade()), 400),
        ("k", batch(*[grade(n) for n in range(101)]), 413),
        ("k", batch(grade(1, note="x" * 1_100_000)), 413),
    ],
)
def test_what_is_no_batch_is_refused(authority: Outside, key: str, body: Any, status: int) -> None:
    assert authority.post(key, body)[0] == status


@pytest.mark.parametrize("token", ["", "wrong"])
def test_without_the_token_nobody_gets_in(authority: Outside, token: str) -> None:
    assert authority.post("k-token", batch(grade(), period="token"), token=token)[0] == 401
    assert authority.read("/api/grades?school_id=north&period=token")["records"] == []


def test_long_lists_are_read_in_pages(authority: Outside) -> None:
    for n in range(11):
        grades = [grade(1000 + n * 100 + i) for i in range(100)]
        assert authority.post(f"k-page-{n}", batch(*grades, period="pages"))[0] == 200

    first = authority.read("/api/grades?school_id=north&period=pages")
    rest = authority.read(f"/api/grades?school_id=north&period=pages&cursor={first['cursor']}")

    assert (len(first["records"]), len(rest["records"]), rest["cursor"]) == (1000, 100, None)


def test_an_outage_begins_and_ends(authority: Outside) -> None:
    authority.chaos(outage_for=0.5, retry_after=2)

    answer = authority.http.request(
        "POST",
        f"{authority.url}/api/grades",
        body=b"{}",
        headers={"Authorization": f"Bearer {TOKEN}"},
        retries=False,
    )

    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    time.sleep(0.6)
    assert authority.post("k-after", batch(grade(), period="after"))[0] == 200


def test_calls_that_come_too_fast_are_told_when_to_come_back(authority: Outside) -> None:
    authority.chaos(rate_interval=30)

    answers = [authority.post(f"k-fast-{n}", batch(grade(), period="fast"))[0] for n in range(3)]

    assert answers == [200, 429, 429]


def test_a_call_may_be_accepted_and_never_answered(authority: Outside) -> None:
    authority.chaos(timeout_share=1)
    given = batch(grade(), period="silent")

    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        authority.post("k-silent", given, timeout=0.3)

    authority.chaos()
    assert authority.post("k-silent", given)[1]["duplicate"] is True
    outcomes = authority.report()["outcomes"]
    assert outcomes["accepted_unanswered"] == 1


def test_the_report_tells_keys_bodies_and_times(authority: Outside) -> None:
    before = authority.report()
    given = batch(grade(7), period="report")
    authority.post("k-report-1", given)
    authority.post("k-report-1", given)
    authority.post("k-report-2", given)

    after = authority.report()

    assert after["duplicates_refused"] - before["duplicates_refused"] == 1
    assert after["bodies_under_two_keys"] - before["bodies_under_two_keys"] == 1
    assert after["records_counted_twice"] - before["records_counted_twice"] == 1
    rows = {row["key"]: row for row in authority.read("/report/batches")["batches"]}
    assert (rows["k-report-1"]["calls"], rows["k-report-1"]["accepted_at"] is not None) == (2, True)


def test_it_remembers_after_a_kill_and_ends_cleanly_when_asked(tmp_path: Path) -> None:
    with simulator(tmp_path) as first:
        first.post("k-1", batch(grade()))
        first.process.send_signal(signal.SIGKILL)
        first.process.wait(60)
    with simulator(tmp_path / "authority.sqlite3") as second:
        assert second.post("k-1", batch(grade()))[1]["duplicate"] is True
        second.process.terminate()
        assert second.process.wait(60) == 0
