"""SQS, DynamoDB and STS that answer at once what they have ready: a process of its own.

`python -m bench.canned <port>`. Every answer waits 5 ms, as a network would. Nothing is stored but
the calls themselves: when a round is over its writes and deletes are read, and every event that was
handed out must have been written and deleted exactly once.
"""

import asyncio
import re
import sys
import time
import zlib
from collections import Counter, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import parse_qs

import msgspec

from bench.loads import native

LATENCY = 0.005  # seconds, of every answer
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
TARGET = re.compile(rb"(?i)\r\nx-amz-target: *[^.\r]+\.(\w+)")
SESSION = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<Credentials><AccessKeyId>ASIA{school}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
<SessionToken>{school}</SessionToken><Expiration>{until}</Expiration></Credentials>
</AssumeRoleResult></AssumeRoleResponse>"""
EMPTY: Mapping[str, bytes] = {
    "BatchWriteItem": b'{"UnprocessedItems":{}}',
    "BatchGetItem": b'{"Responses":{},"UnprocessedKeys":{}}',
    "GetItem": b"{}",
    "GetQueueAttributes": b'{"Attributes":{"VisibilityTimeout":"60"}}',
    "Query": b'{"Items":[],"Count":0,"ScannedCount":0}',
}


@dataclass(slots=True)
class Round:
    """What a queue was given, and what became of it."""

    waiting: deque[bytes] = field(default_factory=deque)  # messages as ReceiveMessage spells them
    messages: int = 0
    events: set[str] = field(default_factory=set)
    calls: Counter[str] = field(default_factory=Counter)
    writes: list[bytes] = field(default_factory=list)  # read when the time is taken
    deleted: Counter[str] = field(default_factory=Counter)  # by receipt
    began: float = 0.0
    ended: float = 0.0

    def deliver(self) -> bytes:
        """Answer one ReceiveMessage."""
        self.calls["ReceiveMessage"] += 1
        found = list(islice(iter(self.waiting.popleft, None), min(10, len(self.waiting))))
        return b'{"Messages":[' + b",".join(found) + b"]}" if found else b"{}"

    def delete(self, receipts: list[str]) -> bytes:
        """Answer one DeleteMessageBatch, and note when the last message is gone."""
        self.calls["DeleteMessageBatch"] += 1
        self.deleted.update(receipts)
        if len(self.deleted) == self.messages:
            self.ended = time.perf_counter()
        told = ",".join(f'{{"Id":"{n}"}}' for n in range(len(receipts)))
        return f'{{"Successful":[{told}]}}'.encode()

    @property
    def over(self) -> bool:
        return self.ended > 0

    def report(self) -> dict[str, Any]:
        """Count what was written. A lost or doubled event is the caller's to fail on."""
        written: Counter[str] = Counter()
        for body in self.writes:
            for puts in msgspec.json.decode(body)["RequestItems"].values():
                written.update(
                    put["PutRequest"]["Item"]["SK"]["S"].rpartition("#")[2] for put in puts
                )
        return {
            "seconds": self.ended - self.began,
            "events": len(self.events),
            "lost": len(self.events - written.keys()),
            "foreign": len(written.keys() - self.events),
            "doubled": written.total() - len(written),
            "deleted_twice": self.deleted.total() - len(self.deleted),
            "messages_left": self.messages - len(self.deleted),
            "calls": dict(self.calls),
        }


def filled(messages: int, packed: int, schools: int) -> Round:
    """Make a round of so many messages of so many events, schools taking turns."""
    made = Round(messages=messages)
    for message, events in native(messages, packed, schools):
        made.waiting.append(message)
        made.events.update(events)
    return made


class Endpoint:
    """All three services; at any time one queue's round is on."""

    def __init__(self) -> None:
        self.queue, self.round = "", Round()
        self.pollers: deque[tuple[str, Callable[[bytes], None]]] = deque()
        self.watchers: list[Callable[[bytes], None]] = []

    def handle(self, target: str, path: str, body: bytes, answer: Callable[[bytes], None]) -> None:
        if path == "/bench":
            self._load(msgspec.json.decode(body), answer)
        elif target == "ReceiveMessage":
            self._receive(msgspec.json.decode(body), answer)
        elif target == "DeleteMessageBatch":
            entries = msgspec.json.decode(body)["Entries"]
            answer(self.round.delete([one["ReceiptHandle"] for one in entries]))
            self._tell()
        else:
            self.round.calls[target or "AssumeRole"] += 1
            answer(self._said(target, body))

    def _said(self, target: str, body: bytes) -> bytes:
        """What needs no thought."""
        if not target:
            return _session(body)
        if target == "BatchWriteItem":
            self.round.writes.append(body)
        if target in EMPTY:
            return EMPTY[target]
        # ChangeMessageVisibilityBatch, SendMessageBatch: what is sent goes nowhere.
        ids = [one["Id"] for one in msgspec.json.decode(body)["Entries"]]
        return msgspec.json.encode({"Successful": [{"Id": one} for one in ids]})

    def _load(self, wanted: dict[str, Any], answer: Callable[[bytes], None]) -> None:
        """Begin a round; it is answered with the report when the round is over."""
        self.queue = wanted["queue"]
        self.round = filled(wanted["messages"], wanted["packed"], wanted["schools"])
        self.watchers.append(answer)
        self.round.began = time.perf_counter()
        for _ in range(len(self.pollers)):
            queue, waiting = self.pollers.popleft()
            if queue == self.queue and self.round.waiting:
                waiting(self.round.deliver())
            else:
                self.pollers.append((queue, waiting))

    def _receive(self, asked: dict[str, Any], answer: Callable[[bytes], None]) -> None:
        queue = asked["QueueUrl"].rpartition("/")[2]
        wait = asked.get("WaitTimeSeconds", 0)
        if queue == self.queue and (self.round.waiting or not wait):
            answer(self.round.deliver())
        elif not wait:
            answer(b"{}")
        else:
            place = (queue, answer)
            self.pollers.append(place)
            asyncio.get_running_loop().call_later(wait, self._nothing, place)

    def _nothing(self, place: tuple[str, Callable[[bytes], None]]) -> None:
        with suppress(ValueError):  # it was served meanwhile
            self.pollers.remove(place)
            if place[0] == self.queue and not self.round.over:
                self.round.calls["ReceiveMessage"] += 1
            place[1](b"{}")

    def _tell(self) -> None:
        if self.round.over:
            # A moment later: whoever wrote something twice may still be at it.
            asyncio.get_running_loop().call_later(0.3, self._tell_all, self.round)

    def _tell_all(self, over: Round) -> None:
        while self.watchers:
            self.watchers.pop()(msgspec.json.encode(over.report()))


def _session(body: bytes) -> bytes:
    school = parse_qs(body.decode()).get("Tags.member.1.Value", ["-"])[0]
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    return SESSION.format(school=school, until=until).encode()


class Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, as far as the SDK speaks it."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint, self.received = endpoint, bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        while (end := self.received.find(b"\r\n\r\n")) >= 0:
            head = bytes(self.received[: end + 2])
            length = LENGTH.search(head)
            after = end + 4 + (int(length[1]) if length else 0)
            if len(self.received) < after:
                return
            body = bytes(self.received[end + 4 : after])
            del self.received[:after]
            target = TARGET.search(head)
            path = head.split(b" ", 2)[1].decode()
            name = target[1].decode() if target else ""
            self.endpoint.handle(name, path, body, self._later)

    def _later(self, answer: bytes) -> None:
        kind = b"text/xml" if answer.startswith(b"<") else b"application/x-amz-json-1.0"
        head = (
            b"HTTP/1.1 200 OK\r\nx-amzn-RequestId: canned\r\nContent-Type: %b\r\n"
            b"x-amz-crc32: %d\r\nContent-Length: %d\r\n\r\n"
        ) % (kind, zlib.crc32(answer), len(answer))
        asyncio.get_running_loop().call_later(LATENCY, self._send, head + answer)

    def _send(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(data)


async def serve(port: int) -> None:
    endpoint = Endpoint()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(endpoint), "127.0.0.1", port, backlog=256)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
