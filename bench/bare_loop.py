"""What the consumer is compared with: the SDK alone, as many threads, the same calls.

`python -m bench.bare_loop`. Each thread receives ten messages a call until it has 50 events or the
queue has no more, writes 25 a call and deletes ten a call. It decodes what it needs to build items
and looks at nothing: no rules, no authorisation, no digest, no repetitions, no logs.
"""

import json
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
from botocore.config import Config

THREADS, EVENTS, WRITE, BATCH = 8, 50, 25, 10
QUEUE = "http://127.0.0.1/000000000000/bare"
TABLE = "luca-platform"


def clients() -> tuple[Any, Any]:
    config = Config(max_pool_connections=32, read_timeout=30)
    return tuple(boto3.client(name, config=config) for name in ("sqs", "dynamodb"))  # type: ignore[return-value]


def items(body: str) -> list[dict[str, Any]]:
    outer = json.loads(body)
    call = json.loads(b64decode(outer["body"]))[1]
    school, received = outer["headers"]["school_id"], str(call["received_at"])
    return [
        {
            "PK": {"S": f"TENANT#{school}#STUDENT#{event['student']}"},
            "SK": {"S": f"EVENT#{event['time']}#{event['event_id']}"},
            "kind": {"S": "event"},
            "ttl": {"N": received},
            "type": {"S": event["type"]},
            "time": {"S": event["time"]},
            "quantity": {"N": str(event["quantity"])},
            "source": {"S": event["source"]},
            "metadata": {"S": json.dumps(event["metadata"])},
            "received": {"S": received},
        }
        for event in call["events"]
    ]


def loop(sqs: Any, dynamodb: Any) -> None:
    while True:
        found: list[dict[str, Any]] = []
        receipts: list[str] = []
        while len(found) < EVENTS:
            some = sqs.receive_message(
                QueueUrl=QUEUE,
                MaxNumberOfMessages=BATCH,
                WaitTimeSeconds=0 if found else 5,
                MessageSystemAttributeNames=["ApproximateReceiveCount", "SentTimestamp"],
            ).get("Messages", [])
            if not some:
                break
            for message in some:
                found += items(message["Body"])
                receipts.append(message["ReceiptHandle"])
        for start in range(0, len(found), WRITE):
            puts = [{"PutRequest": {"Item": one}} for one in found[start : start + WRITE]]
            assert not dynamodb.batch_write_item(RequestItems={TABLE: puts})["UnprocessedItems"]
        for start in range(0, len(receipts), BATCH):
            gone = [
                {"Id": str(n), "ReceiptHandle": one}
                for n, one in enumerate(receipts[start : start + BATCH])
            ]
            sqs.delete_message_batch(QueueUrl=QUEUE, Entries=gone)


if __name__ == "__main__":
    sqs, dynamodb = clients()
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(loop, sqs, dynamodb) for _ in range(THREADS)]:
            done.result()
