"""A worker of the sync as production starts it, that also counts its calls.

`python -m bench.sync_worker <file> <interval> <celery's own options>`. When it ends it writes the
file: how often it made each call of AWS, by service and operation; the receiving of messages, which
kombu does by a client of its own, is counted as well. The interval is that of calls to the
authority, in seconds: 0 turns the rate off, which the settings refuse. Nothing else differs from
production's worker.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

calls: Counter[str] = Counter()


def counted() -> None:
    """Count each request that leaves this process for AWS."""
    from botocore.httpsession import URLLib3Session
    from kombu.asynchronous.aws.connection import AsyncConnection

    send: Any = URLLib3Session.send
    door: Any = AsyncConnection
    receive = door._mexe  # noqa: SLF001 -- kombu's one door

    def sent(self: Any, request: Any) -> Any:
        calls[name(request)] += 1
        return send(self, request)

    def received(self: Any, request: Any, *more: Any, **others: Any) -> Any:
        calls["SQS.ReceiveMessage"] += 1
        return receive(self, request, *more, **others)

    URLLib3Session.send = sent  # type: ignore[method-assign]
    door._mexe = received  # noqa: SLF001


def name(request: Any) -> str:
    """`DynamoDB.GetItem`, by the header that names it; S3 has methods only."""
    headers = request.headers
    target = headers.get("X-Amz-Target") or ""
    if isinstance(target, bytes):
        target = target.decode()
    service, _, operation = target.partition(".")
    if operation:
        return f"{'SQS' if 'SQS' in service else service.partition('_')[0]}.{operation}"
    return f"other.{request.method}"


def main() -> None:
    file, interval, *options = sys.argv[1:]
    counted()
    from celery.__main__ import main as celery
    from django.conf import settings

    settings.AUTHORITY_INTERVAL = float(interval)

    sys.argv = ["celery", *options]
    try:
        celery()
    finally:
        Path(file).write_text(json.dumps(calls), encoding="utf-8")


if __name__ == "__main__":
    main()
