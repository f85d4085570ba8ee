"""The table's stream outlives a stop, and keeps as much as it promises."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from luca.localaws import embedded, streams
from luca.localaws.deployment import REGION
from luca.localaws.home import Home
from luca.localaws.streams import Streams

if TYPE_CHECKING:
    from pathlib import Path

TABLE = "luca-platform"


class Reader:
    """Whoever reads the stream, with the key that provisions."""

    def __init__(self, home: Path) -> None:
        self.aws = embedded.start(home)
        keys = Home(home).keys
        self._session = boto3.Session(
            keys["bootstrap_key"], keys["bootstrap_secret"], region_name=REGION
        )
        self.table: Any = self._session.client("dynamodb", endpoint_url=self.aws.endpoint)
        self.stream: Any = self._session.client("dynamodbstreams", endpoint_url=self.aws.endpoint)

    def put(self, *names: str) -> None:
        for name in names:
            self.table.put_item(TableName=TABLE, Item={"PK": {"S": "P"}, "SK": {"S": name}})

    def iterator(self, after: str = "") -> str:
        arn = self.stream.list_streams(TableName=TABLE)["Streams"][0]["StreamArn"]
        shard = self.stream.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]
        where: dict[str, str] = {"ShardIteratorType": "TRIM_HORIZON"}
        if after:
            where = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": after}
        return str(
            self.stream.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], **where)[
                "ShardIterator"
            ]
        )

    def read(self, iterator: str) -> dict[str, str]:
        """Sort keys and numbers."""
        found = self.stream.get_records(ShardIterator=iterator)["Records"]
        told = [one["dynamodb"] for one in found]
        return {one["Keys"]["SK"]["S"]: one["SequenceNumber"] for one in told}


@pytest.mark.slow
def test_a_reader_goes_on_where_it_was_when_aws_was_stopped_and_started(tmp_path: Path) -> None:
    before = Reader(tmp_path)
    before.put("a", "b", "c")
    seen = before.read(before.iterator())
    old = before.iterator(seen["c"])
    before.aws.stop()

    after = Reader(tmp_path)
    try:
        after.put("d")

        assert list(after.read(after.iterator())) == ["a", "b", "c", "d"]
        assert list(after.read(after.iterator(seen["b"]))) == ["c", "d"]
        with pytest.raises(ClientError, match="ExpiredIterator"):
            after.read(old)
    finally:
        after.aws.stop()


@pytest.mark.slow
def test_what_a_power_cut_took_from_the_table_it_took_from_the_stream(tmp_path: Path) -> None:
    first = Reader(tmp_path)
    first.put("kept")
    number = first.read(first.iterator())["kept"]
    first.aws.stop()
    second = Reader(tmp_path)
    second.put("lost")
    lost = second.read(second.iterator())["lost"]
    second.aws.kill()

    third = Reader(tmp_path)
    try:
        assert third.read(third.iterator(number)) == {}
        with pytest.raises(ClientError, match="TrimmedDataAccess"):
            third.iterator(lost)
    finally:
        third.aws.stop()


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The little of the emulator's modules that is replaced."""
    made = SimpleNamespace(
        _stream_records=SimpleNamespace(_data={}),
        _stream_trimmed=SimpleNamespace(_data={}),
        _trim_stream_records=None,
        _get_shard_iterator=lambda data: data["ShardIteratorType"],
        _get_records=lambda data: "read",
        _table_from_stream_arn=lambda arn: arn,
        _decode_iterator=lambda token: {"i": float(token)},
        error_response_json=lambda code, _text, _status: code,
    )
    monkeypatch.setattr(streams, "import_module", lambda _name: made)
    return made


def records(*ages: float) -> list[dict[str, Any]]:
    now = time.time()
    return [
        {"dynamodb": {"ApproximateCreationDateTime": now - age, "SequenceNumber": f"{n:03}"}}
        for n, age in enumerate(ages)
    ]


def test_what_is_too_old_goes_and_places_stay_what_they_were(emulator: Any, tmp_path: Path) -> None:
    Streams(tmp_path / "s", seconds=100).install()
    here = ("1", "r", TABLE)
    emulator._stream_records._data[here] = records(300, 200, 20, 1)

    emulator._trim_stream_records(TABLE)

    assert len(emulator._stream_records._data[here]) == 2
    assert emulator._stream_trimmed._data == {here: 2}
    after = {"StreamArn": TABLE, "ShardIteratorType": "AFTER_SEQUENCE_NUMBER"}
    # Behind the last one that has gone nothing is missed; behind the one before it, that one is.
    assert emulator._get_shard_iterator({**after, "SequenceNumber": "001"}) == "TRIM_HORIZON"
    assert emulator._get_shard_iterator({**after, "SequenceNumber": "000"}).startswith("AFTER")


def test_there_are_never_many_more_than_promised(emulator: Any, tmp_path: Path) -> None:
    Streams(tmp_path / "s", most=10).install()
    here = ("1", "r", TABLE)
    found = emulator._stream_records._data[here] = []
    for one in records(*[1.0] * 25):
        found.append(one)
        emulator._trim_stream_records(TABLE)
        assert len(found) <= 11

    assert found[-1]["dynamodb"]["SequenceNumber"] == "024"
    assert emulator._stream_trimmed._data[here] == 25 - len(found)


def test_a_night_switched_off_makes_no_record_older(emulator: Any, tmp_path: Path) -> None:
    here = ("1", "r", TABLE)
    first = Streams(tmp_path / "s", seconds=100)
    first.install()
    emulator._stream_records._data[here] = records(20)
    first.keep()
    emulator._stream_records._data.clear()
    second = Streams(tmp_path / "s", seconds=100)
    second._born += 40_000
    second.install()

    assert second._age(emulator._stream_records._data[here][0], second._born) < 25
