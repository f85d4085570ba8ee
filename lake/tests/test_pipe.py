"""What AWS runs in place of the writer gives the writer's rows: each step really runs."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jq
import pytest

from lake.definition import dataset_of, datasets
from lake.pipe import handler
from lake.repository.parquet import decode
from lake.rules import row_of
from lake.rules.piped import folders
from lake.tests.aws import DEPLOY, Operator, as_pipes_tell, deployed
from luca.localaws.embedded import Embedded

PIPES = deployed("pipes")["pipes"]
DELIVERY = deployed("delivery")
TTL = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
ANA = "TENANT#pipe-north#STUDENT#ana"
Record = dict[str, Any]


@pytest.fixture(scope="module")
def operator(aws: Embedded) -> Operator:
    made = Operator(aws)
    made.make_bucket()
    made.make_tables()
    made.make_streams()
    return made


def items() -> Iterator[dict[str, Any]]:
    """What a school writes, with everything that a template would trip over."""
    yield {
        "PK": {"S": ANA},
        "SK": {"S": "EVENT#2026-10-31T23:59:59.999Z#0192"},
        "kind": {"S": "event"},
        "type": {"S": "video.watched"},
        "time": {"S": "2026-10-31T23:59:59.999Z"},
        "quantity": {"N": "3"},
        "metadata": {"S": '{"title":"«Ñandú» \\"1\\"","line":"a\\nb"}'},
        "digest": {"S": "d1"},
        "ttl": {"N": "1900000000"},
        "GSI1PK": {"S": "TENANT#pipe-north#X"},
        "GSI1SK": {"S": "x"},
    }
    yield {
        "PK": {"S": ANA},
        "SK": {"S": "EVAL#maths#2026-1#exam"},
        "kind": {"S": "evaluation"},
        "subject": {"S": "maths"},
        "score": {"N": "7.10"},
        "group": {"S": "1a"},
        "notes": {"L": [{"S": "tab\there"}, {"BOOL": True}, {"NULL": True}, {"M": {}}]},
        "version": {"N": "12"},
    }
    yield {
        "PK": {"S": ANA},
        "SK": {"S": "EVENT#no-time"},
        "kind": {"S": "event"},
        "digest": {"S": "d2"},
    }
    yield {
        "PK": {"S": "TENANT#pipe-north#SESSION#1"},
        "SK": {"S": "-"},
        "kind": {"S": "admin_session"},
    }


@pytest.fixture(scope="module")
def records(operator: Operator) -> list[Record]:
    """Every change as the table's own stream tells of it: written, written again, removed."""
    table, streams = operator.client("dynamodb"), operator.client("dynamodbstreams")
    arn = table.describe_table(TableName="luca-platform")["Table"]["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][-1]["ShardId"]
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="LATEST")[
        "ShardIterator"
    ]
    for item in items():
        key = {one: item[one] for one in ("PK", "SK")}
        table.put_item(TableName="luca-platform", Item=item)
        table.put_item(TableName="luca-platform", Item={**item, "again": {"BOOL": True}})
        table.delete_item(TableName="luca-platform", Key=key)
    told: list[Record] = streams.get_records(ShardIterator=iterator)["Records"]
    return [one for one in told if "#pipe-north#" in one["dynamodb"]["Keys"]["PK"]["S"]]


def passes(operator: Operator, name: str, record: Record) -> bool:
    """Whether EventBridge's own matcher lets a record into a pipe."""
    events = operator.client("events")
    around = {
        "id": "1",
        "source": "x",
        "detail-type": "x",
        "account": "1",
        "time": "",
        "region": "",
    }
    event = json.dumps({**around, "resources": [], **record})
    return any(
        events.test_event_pattern(EventPattern=json.dumps(one), Event=event)["Result"]
        for one in PIPES[name]["filters"]
    )


def test_the_pipes_together_take_exactly_what_the_writer_takes(
    operator: Operator, records: list[Record]
) -> None:
    assert len(records) == 12
    for record in records:
        told = as_pipes_tell(record)
        image = record["dynamodb"].get("NewImage") or record["dynamodb"]["OldImage"]
        dataset = dataset_of(image["kind"]["S"])
        taken = {PIPES[name]["dataset"] for name in PIPES if passes(operator, name, told)}
        assert taken == ({dataset.name} if dataset else set())


@pytest.mark.parametrize("who", [TTL, {"type": "Person", "principalId": "somebody"}, None])
def test_what_expires_by_itself_enters_no_pipe(
    operator: Operator, records: list[Record], who: dict[str, str] | None
) -> None:
    removed = next(as_pipes_tell(one) for one in records if one["eventName"] == "REMOVE")
    if who:
        removed["userIdentity"] = who

    assert passes(operator, "luca-lake-events", removed) is (who is not TTL)
    assert len(handler([removed], None)) == (0 if who is TTL else 1)


def test_firehose_delivers_the_writers_rows_into_the_writers_folders(
    operator: Operator, records: list[Record]
) -> None:
    firehose = operator.client("firehose")
    for name, pipe in PIPES.items():
        let_in = [one for one in map(as_pipes_tell, records) if passes(operator, name, one)]
        rows = [{"Data": json.dumps(one).encode()} for one in handler(let_in, None)]
        put = firehose.put_record_batch(DeliveryStreamName=pipe["stream"], Records=rows)
        assert put["FailedPutCount"] == 0

    good = [one for one in records if one["dynamodb"]["Keys"]["SK"]["S"] != "EVENT#no-time"]
    for name, dataset in datasets().items():
        wanted = [row for one in good if (row := row_of(one, dataset_of))]
        wanted = [row for row in wanted if row.partition.dataset == name]
        files = operator.files(f"{name}/")
        mine = {key: data for key, data in files.items() if "=pipe-north/" in key}
        found = [row for data in mine.values() for row in decode(dataset, data)]
        assert sorted(found, key=by_sequence) == [row.values for row in wanted]
        assert {key.rpartition("/")[0] + "/" for key in mine} == {
            row.partition.folder for row in wanted
        }
        assert all(key.endswith(".parquet") for key in mine)
        assert not any(key.rpartition("/")[2].startswith(("_", ".", "compact-")) for key in mine)


def test_what_no_row_can_be_made_of_lies_under_the_error_prefix_with_its_reason(
    operator: Operator, records: list[Record]
) -> None:
    bad = [one for one in records if one["dynamodb"]["Keys"]["SK"]["S"] == "EVENT#no-time"]
    rows = handler([as_pipes_tell(one) for one in bad], None)
    firehose = operator.client("firehose")
    before = len(operator.errors())
    firehose.put_record_batch(
        DeliveryStreamName="luca-lake-events",
        Records=[{"Data": json.dumps(one).encode()} for one in rows],
    )

    found = operator.errors()
    assert len(found) - before == len(bad) == 3
    assert {one["why"] for one in found} == {"processing-failed"}
    assert {one["reason"] for one in found} == {"The sort key holds no time."}
    assert found[-1]["record"]["dynamodb"]["Keys"]["PK"]["S"] == ANA


def by_sequence(row: dict[str, Any]) -> str:
    return str(row["sequence"])


def test_jq_itself_reads_the_folders_that_the_writer_computes(records: list[Record]) -> None:
    """The emulator knows a part of jq; AWS runs jq."""
    queries = {one["table"]: one["partition_query"] for one in DELIVERY["streams"].values()}
    good = [
        row for one in records if "no-time" not in str(one) and (row := row_of(one, dataset_of))
    ]
    assert good
    for row in good:
        told = next(
            one
            for one in handler(list(map(as_pipes_tell, records)), None)
            if one.get("sequence") == row.values["sequence"]
        )
        query = jq.compile(queries[row.partition.dataset])
        assert query.input_value(told).first() == folders(row.partition)


@pytest.mark.parametrize("name", PIPES)
def test_a_pipe_takes_the_kinds_of_its_data_set(name: str) -> None:
    dataset = datasets()[PIPES[name]["dataset"]]
    for one in PIPES[name]["filters"]:
        (image,) = one["dynamodb"].values()
        assert set(image["kind"]["S"]) == dataset.kinds
    assert DELIVERY["streams"][PIPES[name]["stream"]]["table"] == dataset.name


def test_a_misshapen_record_holds_up_nobody() -> None:
    assert handler([{"eventName": "INSERT"}, {}], None) == [
        {"reason": "The record is misshapen (KeyError).", "record": {"eventName": "INSERT"}},
        {"reason": "The record is misshapen (KeyError).", "record": {}},
    ]


def test_the_function_needs_nothing_but_python(tmp_path: Path, records: list[Record]) -> None:
    """Its package in an interpreter without any installed package gives the same rows."""
    told = [as_pipes_tell(one) for one in records]
    package = tmp_path / "rows.zip"
    build = ["bash", str(DEPLOY / "function" / "build.sh"), str(package)]
    subprocess.run(build, check=True, timeout=120)
    again = tmp_path / "again.zip"
    subprocess.run([*build[:2], str(again)], check=True, timeout=120)
    assert again.read_bytes() == package.read_bytes()
    unpacked = tmp_path / "task"
    subprocess.run(
        [sys.executable, "-m", "zipfile", "-e", str(package), str(unpacked)],
        check=True,
        timeout=120,
    )
    code = (
        "import json, sys; sys.path[:0] = [sys.argv[1]]; from lake.pipe import handler;"
        " print(json.dumps(handler(json.load(sys.stdin), None)))"
    )
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(unpacked)],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert json.loads(ran.stdout) == handler(told, None)
