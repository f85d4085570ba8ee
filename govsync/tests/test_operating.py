"""What operators see of runs over HTTP and in the queue of dead letters."""

import json
from datetime import timedelta
from typing import Any

import pytest

from govsync import services
from govsync.domain import Risk, Run, State
from govsync.repository import authority as stored
from govsync.repository import runs
from govsync.services import freezing
from govsync.services.dlq import MESSAGE
from govsync.tests.cast import AUTUMN, school_year, work, work_until_one_is_dead
from govsync.tests.outside import Outside
from govsync.tests.test_command import said
from luca.api.tests.asking import Ask
from luca.aws import queue
from luca.kernel import clock, context


@pytest.fixture
def send(ask: Ask, village: str) -> Ask:
    ask.school, ask.who = village, "olga/gov_operator"
    return ask


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator has one server: nothing is gained by asking for a second."""
    monkeypatch.setattr("luca.aws.dead_letters.WAIT", 0)


def one_dead_batch(authority: Outside) -> Run:
    """The first batch dies; the authority is well again before the second."""
    run = services.start(AUTUMN)
    authority.chaos(error_share=1)
    work_until_one_is_dead(run.id)
    authority.chaos()
    return work(run.id).run


def test_an_operator_sees_what_was_given_up_and_what_to_do(send: Ask, authority: Outside) -> None:
    run = one_dead_batch(authority).id

    (dead,) = send("GET", "/govsync/dead-letters").json()["items"]
    (batch,) = send("GET", f"/govsync/runs/{run}/batches?state=DEAD").json()["items"]
    everything = send("GET", f"/govsync/runs/{run}/batches?limit=2").json()
    rest = send("GET", f"/govsync/runs/{run}/batches?cursor={everything['next_cursor']}").json()
    steps = send("GET", f"/govsync/runs/{run}/steps?limit=1").json()["items"]

    assert (dead["run"], dead["batch"], dead["batch"]["number"]) == (run, batch, "00001")
    assert (batch["attempts"], batch["last_answer"][:3]) == (4, "503")
    assert batch["next_step"]["code"] == "redrive"
    assert dead["what_to_do"].startswith("Se agotaron los intentos")
    english = send("GET", "/govsync/dead-letters", headers={"Accept-Language": "en"}).json()
    assert english["items"][0]["what_to_do"].startswith("All attempts failed")
    numbers = [one["number"] for one in [*everything["items"], *rest["items"]]]
    assert numbers == ["00001", "00002", "B0001"]
    assert steps[0]["state"] == "Done"


def test_what_was_given_up_is_sent_and_read_back_again_over_http(
    send: Ask, village: str, authority: Outside
) -> None:
    run = one_dead_batch(authority).id

    again = send("POST", f"/govsync/runs/{run}/redrive")
    assert (again.status_code, again.json()["batches"]) == (202, 1)
    assert again.json()["run"]["executions"] == 2
    assert send("POST", f"/govsync/runs/{run}/reconcile").json()["code"] == "run_under_way"
    found = work(run)
    assert found.records[State.VERIFIED] == 6
    assert send("GET", "/govsync/dead-letters").json()["items"] == []
    assert send("POST", f"/govsync/runs/{run}/reconcile").status_code == 202

    south = f"south-{village[-8:]}"
    school_year(south, 1)
    assert send("GET", "/govsync/runs", school=south).json()["items"] == []


@pytest.mark.usefixtures("authority")
def test_runs_are_listed_by_period_and_status(send: Ask) -> None:
    run = services.start(AUTUMN).id

    def listed(query: str) -> list[str]:
        return [one["id"] for one in send("GET", f"/govsync/runs{query}").json()["items"]]

    assert listed("") == [run]
    assert listed(f"?period={AUTUMN}&status=RUNNING") == [run]
    assert listed("?period=2031-1") == listed("?status=DONE") == []
    refused = send("GET", "/govsync/runs?status=SLEEPING")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "status")


@pytest.mark.usefixtures("authority")
def test_an_operator_pauses_the_school_and_lets_it_go_on(send: Ask) -> None:
    run = services.start(AUTUMN).id
    assert send("GET", "/govsync/pause").json() == {"hold": None}

    hold = send("POST", "/govsync/pause").json()["hold"]
    assert (hold["reason"], hold["by"]) == ("operator", "olga")
    shown = send("GET", f"/govsync/runs/{run}").json()
    assert (shown["status"], shown["hold"]) == ("PAUSED", hold)
    assert send("POST", "/govsync/runs", {"period": AUTUMN}).json()["code"] == "sync_held"

    resumed = send("POST", "/govsync/resume")
    assert (resumed.status_code, resumed.json()) == (202, {"runs": [run]})
    assert send("GET", "/govsync/pause").json() == {"hold": None}
    assert work(run).records[State.VERIFIED] == 6


@pytest.mark.usefixtures("authority")
def test_a_run_says_when_it_will_end_and_what_holds_it_up(send: Ask) -> None:
    run = services.start(AUTUMN)
    early = send("GET", f"/govsync/runs/{run.id}").json()
    assert early["forecast"]["likely_at"] is None, "the snapshot is still being taken"

    freezing.snapshot(run)
    stored.save_breaker(5, clock.now() + timedelta(hours=1), (0, None))
    try:
        shown = send("GET", f"/govsync/runs/{run.id}").json()
    finally:
        stored.save_breaker(0, None, stored.breaker())

    began = services.run(run.id).started
    assert shown["forecast"]["deadline_at"] == clock.stamp(began + timedelta(hours=0.47))
    assert shown["authority"]["failures_in_a_row"] == 5
    assert shown["authority"]["closed_until"] < shown["forecast"]["likely_at"]
    assert shown["forecast"]["at_risk"], "an hour of waiting, in a hundredth of the time"


@pytest.mark.slow
@pytest.mark.usefixtures("authority")
def test_a_deadline_at_risk_is_said_once_and_once_more_when_it_is_safe_again(
    village: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str]] = []

    def noted(topic: str, _subject: str, facts: Any) -> bool:
        if facts["run"] == run.id:  # schools of other tests have runs as well
            told.append((topic, facts["state"]))
        return True

    monkeypatch.setattr("govsync.services.foreseeing.alerts.publish", noted)
    run = services.start(AUTUMN)
    freezing.snapshot(run)
    late = run.started + timedelta(hours=0.47, milliseconds=-100)

    with clock.stopped(late):
        assert services.foresee() >= 1
        services.foresee()
    assert runs.risk(run.id) is Risk.AT_RISK
    with clock.stopped(run.started + timedelta(minutes=1)):
        services.foresee()
        services.foresee()

    assert told == [("alerts", "at_risk"), ("alerts", "safe_again")]
    assert stored.schools_at_work() >= 1
    assert context.school() == village


def test_letters_are_listed_by_school_and_reason_and_stay(village: str, authority: Outside) -> None:
    run = one_dead_batch(authority)
    queue.send_batch(
        "sync-dlq", [json.dumps({"headers": {"task": "govsync.advance"}}), "gibberish"]
    )

    for _ in range(2):
        (letter,), whole = services.letters(school=village)
        assert whole
        assert (letter.run, letter.batch, letter.reason) == (run.id, "00001", "http_503")
        assert (letter.attempts, letter.records, letter.execution) == (4, 3, 1)
        assert "redrive" in letter.what_to_do
    assert services.letters(school=village, reason="http_422")[0] == []
    others = {one.reason for one in services.letters()[0] if one.kind == MESSAGE}
    assert others >= {"govsync.advance", "unreadable"}


def test_clearing_takes_the_letters_of_earlier_executions_of_this_run_only(
    village: str, authority: Outside
) -> None:
    run = one_dead_batch(authority)

    assert services.clear_letters(run.id, run.executions) == 0, "it is of this very execution"
    assert services.clear_letters("another", 9) == 0
    with context.entered(school=f"south-{village[-8:]}"):
        assert services.clear_letters(run.id, 9) == 0, "another school's run of the same name"
    assert services.clear_letters(run.id, run.executions + 1) == 1
    assert services.letters(school=village)[0] == []


def test_the_letter_of_a_conflict_stays_when_the_dead_are_sent_again(
    village: str, authority: Outside
) -> None:
    authority.chaos(script=[{"call": 1, "school_id": village, "do": "conflict"}])
    run = services.start(AUTUMN)
    work(run.id)
    services.redrive(run.id)
    fresh = work(run.id).run

    assert services.clear_letters(fresh.id, fresh.executions) == 0
    (letter,) = services.letters(school=village)[0]
    assert letter.reason == "key_known_with_other_content"


@pytest.mark.usefixtures("authority")
def test_an_operator_pauses_and_resumes_from_the_command_line(village: str) -> None:
    run = services.start(AUTUMN).id

    assert run in said("pause", "--school", village, "--dry-run")
    assert services.held() is None
    paused = said("pause", "--school", village)
    assert "operator" in paused
    assert f"`manage.py govsync resume --school {village}` goes on" in paused
    shown = said("status", "--school", village)
    assert "PAUSED" in shown
    assert "nothing is sent since" in shown
    assert "deadline" in shown
    assert run in said("resume", "--school", village, "--dry-run")
    assert services.held() is not None
    assert run in said("resume", "--school", village)
    assert work(run).records[State.VERIFIED] == 6
    assert said("letters", "--school", village) == "No letters.\n"


@pytest.mark.parametrize(
    ("method", "what"),
    [
        ("GET", ""),
        ("GET", "/steps"),
        ("GET", "/batches"),
        ("GET", "/records"),
        ("GET", "/rejects"),
        ("GET", "/discrepancies"),
        ("POST", "/evidence"),
        ("POST", "/redrive"),
        ("POST", "/reconcile"),
    ],
)
def test_requests_about_a_run_know_the_school_s_own_runs_only(
    method: str, what: str, send: Ask
) -> None:
    path = f"/govsync/runs/no-such-run{what}"

    unknown = send(method, path)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "run_not_found")
    assert send(method, path, who="tito/teacher").status_code == 403
