"""The simulated authority fails in the ways that are switched on, and in no other."""

import json
import time
from typing import Any

import pytest
import urllib3

from govsync.tests.outside import TOKEN, Outside, simulator
from govsync.tests.simulator.calls import batch, grade, grades

SCHOOL = "/api/grades?school_id=north&period="


def held(authority: Outside, period: str) -> dict[str, dict[str, Any]]:
    authority.chaos()
    return {one["record_id"]: one for one in authority.read(SCHOOL + period)["records"]}


def test_shares_are_shares(authority: Outside) -> None:
    authority.chaos(error_share=0.3)

    answers = [authority.post("", batch(grade()))[0] for _ in range(600)]

    assert set(answers) == {400, 503}
    assert 120 < answers.count(503) < 240


def test_bad_records_stay_bad_and_the_good_are_kept_when_batches_are_taken_in_part(
    authority: Outside,
) -> None:
    authority.chaos(bad_share=0.1, partial_share=1)
    given = batch(*grades(100), period="part")

    status, said = authority.post("k-part-1", given)
    again = authority.post("k-part-1", given)

    bad = {one["record_id"] for one in said["errors"]}
    assert (status, said["status"], 2 < len(bad) < 25) == (422, "partial", True)
    assert set(said["accepted"]) == {f"r{n}" for n in range(100)} - bad
    assert again == (422, {**said, "duplicate": True}), "its key is used"
    assert {one["record_id"] for one in authority.post("k-part-2", given)[1]["errors"]} == bad
    assert set(held(authority, "part")) == set(said["accepted"])


def test_bad_records_may_be_told_by_their_number_only(authority: Outside) -> None:
    authority.chaos(bad_share=0.1, count_share=1)

    status, said = authority.post("k-count", batch(*grades(100), period="count"))
    good = authority.post("k-count-good", batch(grade(101), period="count"))

    assert (status, said["status"], set(said)) == (422, "rejected", {"status", "errors"})
    assert 2 < said["errors"] < 25
    assert good[0] in {200, 422}
    assert len(held(authority, "count")) == (good[0] == 200)


def test_a_whole_batch_may_be_refused_without_a_reason(authority: Outside) -> None:
    authority.chaos(bad_share=1, vague_share=1)

    answer = authority.post("k-vague", batch(*grades(3), period="vague"))

    assert answer == (400, {"status": "rejected"})
    assert held(authority, "vague") == {}


def test_something_new_may_be_called_a_duplicate_or_a_conflict(authority: Outside) -> None:
    authority.chaos(duplicate_share=1)
    status, said = authority.post("k-claimed", batch(grade(), period="claimed"))
    authority.chaos(conflict_share=1)
    refused = authority.post("k-invented", batch(grade(2), period="claimed"))

    assert (status, said["duplicate"]) == (200, True)
    assert (refused[0], refused[1]["code"]) == (409, "conflict")
    assert set(held(authority, "claimed")) == {"r1"}
    outcomes = authority.report()["outcomes"]
    assert (outcomes["duplicate_claimed"], outcomes["conflict_claimed"]) == (1, 1)


def test_records_are_lost_or_changed_after_they_were_accepted(authority: Outside) -> None:
    authority.chaos(lost_share=0.2, changed_share=0.2)

    said = authority.post("k-tampered", batch(*grades(100), period="tampered"))[1]

    found = held(authority, "tampered")
    assert (said["status"], said["accepted"]) == ("accepted", 100)
    lost = {f"r{n}" for n in range(100)} - set(found)
    changed = {name for name, one in found.items() if one["score"] != "87.5"}
    assert 5 < len(lost) < 40
    assert 5 < len(changed) < 40
    assert all((found[f"r{n}"]["revision"] != f"v{n}") == (f"r{n}" in changed) for n in range(100)
               if f"r{n}" in found)  # fmt: skip
    rows = authority.read("/report/tampered")["records"]
    assert {one["record_id"] for one in rows if one["fate"] == "lost"} == lost
    assert {one["record_id"] for one in rows if one["fate"] == "changed"} == changed


@pytest.mark.parametrize("status", [401, 403])
def test_right_credentials_are_refused_for_a_while(authority: Outside, status: int) -> None:
    authority.chaos(refused_for=600, refused_status=status)

    while_refused = authority.post(f"k-refused-{status}", batch(grade(), period="refused"))
    read = authority.ask("GET", SCHOOL + "refused", headers={"Authorization": f"Bearer {TOKEN}"})
    authority.chaos(refused_for=0.1, refused_status=status)
    time.sleep(0.2)

    assert (while_refused[0], read[0]) == (status, status)
    assert authority.post(f"k-refused-{status}", batch(grade(), period="refused"))[0] == 200


def test_a_call_may_never_be_answered_although_nothing_was_kept(authority: Outside) -> None:
    authority.chaos(hang_share=1)

    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        authority.post("k-hang", batch(grade(), period="hang"), timeout=0.3)

    assert held(authority, "hang") == {}


def test_what_is_too_fast_is_told_when_to_come_back(authority: Outside) -> None:
    authority.chaos(rate_interval=30)
    headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": "k"}
    url = f"{authority.url}/api/grades"

    first, second = (
        authority.http.request("POST", url, body=b"{}", headers=headers, retries=False)
        for _ in range(2)
    )

    assert (first.status, second.status) == (400, 429)
    assert 28 <= int(second.headers["Retry-After"]) <= 30


@pytest.mark.parametrize(
    ("demands", "code"),
    [({"subjects": ["art"]}, "unknown_subject"), ({"curp": True}, "no_curp")],
)
def test_it_may_know_its_subjects_and_ask_for_the_curp(
    authority: Outside, demands: dict[str, Any], code: str
) -> None:
    authority.demand(**demands)
    fine = grade(2, subject="art", curp="X")

    status, said = authority.post(f"k-{code}", batch(grade(), fine, period="demands"))

    assert (status, [(one["index"], one["code"]) for one in said["errors"]]) == (422, [(0, code)])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/chaos", b'{"error_share": 2}'),
        ("/chaos", b'{"colour": 1}'),
        ("/chaos", b'{"slow_seconds": -1}'),
        ("/chaos", b'{"error_share": "much"}'),
        ("/chaos", b'{"error_share": NaN}'),
        ("/chaos", b'{"refused_status": 500}'),
        ("/chaos", b"[]"),
        ("/chaos", b"{"),
        ("/demands", b'{"subjects": "maths"}'),
        ("/demands", b'{"colour": true}'),
        ("/demands", b'{"curp": 1}'),
    ],
)
def test_switches_that_make_no_sense_are_refused_and_change_nothing(
    authority: Outside, path: str, body: bytes
) -> None:
    before = authority.read(path)

    status, said = authority.ask("PUT", path, body=body)

    assert (status, said["code"]) == (422, "refused")
    assert len(said["message"]) > 10
    assert authority.read(path) == before


def test_a_report_is_of_a_span_and_a_school(authority: Outside) -> None:
    authority.post("k-span-0", batch(grade(1), period="span", school="south"))
    since = time.time()
    same = batch(grade(2), period="span", school="south")
    authority.post("k-span-1", same)
    authority.post("k-span-2", same)
    authority.post("k-span-3", batch(grade(2), period="span", school="east"))

    found = authority.report(since=since, school_id="south")

    assert found["calls_by_school"] == {"south": 2}
    assert (found["calls"], found["most_keys_of_a_body"], found["records_distinct"]) == (2, 2, 1)
    assert authority.report(since=since)["calls_by_school"] == {"south": 2, "east": 1}
    rows = authority.read(f"/report/calls?since={since}&school_id=south")["calls"]
    assert {one["school_id"] for one in rows} == {"south"}
    assert len({one["body_hash"] for one in rows}) == 1
    assert authority.ask("GET", "/report?since=yesterday")[0] == 422


def test_the_report_notes_calls_with_a_wrong_token(authority: Outside) -> None:
    since = time.time()

    authority.post("k-wrong", batch(grade()), token="wrong")
    authority.ask("GET", "/api/batches/k-wrong")

    assert authority.report(since=since)["outcomes"] == {"unauthorized": 2}


def test_a_newer_revision_replaces_a_record_and_the_same_one_is_counted_twice(
    authority: Outside,
) -> None:
    first, newer = grade(1), grade(1, revision="v1b", score="90")
    for n, one in enumerate([first, newer]):
        authority.post(f"k-newer-{n}", batch(one, period="newer"))
    found = held(authority, "newer")["r1"]
    since = time.time()

    authority.post("k-newer-3", batch(newer, period="newer"))

    assert (found["revision"], found["score"], found["deliveries"]) == ("v1b", "90", 1)
    assert held(authority, "newer")["r1"]["deliveries"] == 2
    assert authority.report(since=since)["records_counted_twice"] == 1


def test_switches_may_be_given_at_the_start(tmp_path: Any) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps([{"call": 1, "do": "fail"}]))
    options = ("--script", str(script), "--subjects", "maths,art", "--curp", "--bad-share", "0.5")

    with simulator(tmp_path, *options) as started:
        assert started.post("k", batch(grade()))[0] == 503
        assert started.post("k", batch(grade()))[1]["errors"][0]["code"] == "no_curp"
        assert started.read("/demands") == {"subjects": ["art", "maths"], "curp": True}
        assert started.read("/chaos")["bad_share"] == 0.5
