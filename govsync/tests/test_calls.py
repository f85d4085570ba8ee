"""What a batch costs is counted: from one call to the authority until the next."""

from collections import Counter
from typing import Any

import pytest

from govsync import client, services
from govsync.tests.cast import AUTUMN, work
from govsync.tests.outside import Outside
from luca.aws import queue
from luca.aws.table import ScopedConnection

MOST = {"TransactWriteItems": 9, "GetItem": 7, "PutItem": 4, "Query": 2}


@pytest.mark.usefixtures("village")
def test_a_batch_takes_few_calls(authority: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Counter[str]] = [Counter()]
    make, send = ScopedConnection._make_api_call, client.send

    def made(self: ScopedConnection, operation: str, arguments: Any) -> Any:
        seen[-1][operation] += 1
        return make(self, operation, arguments)

    def sent(key: str, body: bytes) -> client.Answer:
        seen.append(Counter())
        return send(key, body)

    run = services.start(AUTUMN)
    monkeypatch.setattr(ScopedConnection, "_make_api_call", made)
    monkeypatch.setattr(client, "send", sent)
    monkeypatch.setattr(queue, "enqueue", lambda *_, **__: seen[-1].update(["SendMessage"]))
    work(run.id)

    assert len(seen) == 3, "two batches"
    assert dict(seen[1] - Counter(MOST)) == {}, "more than it takes"
    assert authority.report()["outcomes"]["accepted"] >= 2
