"""The benchmarks' own parts that could flatter: what the endpoint counts, and verdicts."""

import json
from typing import Any

import pytest

from bench.bare_loop import items
from bench.canned import Endpoint, Round, filled
from bench.harness import Rounds, verdict
from bench.ingest import Load, Result, check

TABLE = "luca-platform"


def written(body: str) -> bytes:
    puts = [{"PutRequest": {"Item": one}} for one in items(body)]
    return json.dumps({"RequestItems": {TABLE: puts}}).encode()


def drained(made: Round, *, lose: int = 0, double: int = 0) -> dict[str, Any]:
    """Receive, write and delete all, but leave out or repeat some of the writes."""
    writes = []
    while found := json.loads(made.deliver()).get("Messages"):
        writes += [written(one["Body"]) for one in found]
        made.delete([one["ReceiptHandle"] for one in found])
    made.writes += writes[lose:] + writes[:double]
    return made.report()


@pytest.mark.parametrize(("packed", "schools"), [(1, 1), (50, 1), (1, 7)])
def test_what_is_handed_out_written_and_deleted_once_is_counted_once(
    packed: int, schools: int
) -> None:
    report = drained(filled(35, packed, schools))

    check(report, 35 * packed)
    assert report["calls"] == {"ReceiveMessage": 5, "DeleteMessageBatch": 4}
    assert report["seconds"] != 0


def test_events_are_distinct_and_schools_take_turns() -> None:
    made = filled(35, 2, 7)
    bodies = [json.loads(one)["Body"] for one in made.waiting]

    assert len(made.events) == 70
    assert {json.loads(one)["headers"]["school_id"] for one in bodies} == {
        f"school-{n}" for n in range(7)
    }
    assert {one["SK"]["S"].rpartition("#")[2] for body in bodies for one in items(body)} == (
        made.events
    )
    assert made.events.isdisjoint(filled(35, 2, 7).events)  # and the next round's are others


@pytest.mark.parametrize(
    ("fault", "expected"),
    [({"lose": 3}, {"lost": 3}), ({"double": 2}, {"doubled": 2})],
    ids=["lost", "doubled"],
)
def test_a_lost_or_doubled_event_ends_a_benchmark(
    fault: dict[str, int], expected: dict[str, int]
) -> None:
    report = drained(filled(20, 1, 1), **fault)

    assert expected.items() <= report.items()
    with pytest.raises(AssertionError):
        check(report, 20)


def test_an_event_that_nobody_sent_ends_a_benchmark() -> None:
    made, other = filled(20, 1, 1), filled(1, 1, 1)
    made.writes.append(written(json.loads(other.waiting[0])["Body"]))

    report = drained(made)

    assert report["foreign"] == 1
    with pytest.raises(AssertionError):
        check(report, 20)


def test_a_message_deleted_twice_or_never_ends_a_benchmark() -> None:
    made = filled(20, 1, 1)
    found = json.loads(made.deliver())["Messages"]
    made.writes += [written(one["Body"]) for one in found]
    made.delete([one["ReceiptHandle"] for one in found] + [found[0]["ReceiptHandle"]])

    report = made.report()

    assert (report["deleted_twice"], report["messages_left"]) == (1, 10)
    assert not made.over
    with pytest.raises(AssertionError):
        check(report, 20)


@pytest.mark.parametrize(
    ("target", "body", "answer"),
    [
        ("BatchWriteItem", {"RequestItems": {}}, {"UnprocessedItems": {}}),
        ("Query", {}, {"Items": [], "Count": 0, "ScannedCount": 0}),
        ("ReceiveMessage", {"QueueUrl": "http://x/0/other"}, {}),
    ],
)
def test_the_services_answer_what_their_clients_expect(
    target: str, body: dict[str, Any], answer: dict[str, Any]
) -> None:
    assert json.loads(asked(target, json.dumps(body).encode())) == answer


def test_a_session_is_made_for_the_school_that_is_asked_for() -> None:
    answer = asked("", b"Action=AssumeRole&Tags.member.1.Key=school_id&Tags.member.1.Value=north")

    assert "<SessionToken>north</SessionToken>" in answer.decode()


def asked(target: str, body: bytes) -> bytes:
    found: list[bytes] = []
    Endpoint().handle(target, "/", body, found.append)
    (answer,) = found
    return answer


def test_a_ratio_may_have_to_be_large(capsys: pytest.CaptureFixture[str]) -> None:
    rounds = Rounds((0.9, 0.8, 0.9, 1.0, 0.9), (1.0,) * 5)

    assert not verdict("small", rounds, target=0.8)
    assert verdict("large", rounds, target=0.8, least=True)
    assert not verdict("larger", rounds, target=0.95, least=True)
    assert "BENCH large ratio=0.90 range=0.80..1.00 target=0.8 met" in capsys.readouterr().out


def test_calls_for_an_event_are_those_of_the_queue_and_the_table() -> None:
    calls = {"ReceiveMessage": 10, "BatchWriteItem": 4, "DeleteMessageBatch": 10, "AssumeRole": 9}

    assert Result(seconds=0.1, events=100, calls=calls, cpu=0).per_event == 0.24
    assert Result(seconds=0.1, events=100, calls=calls, cpu=0).rate == 1000
    assert Load(messages=1).packed == 1
