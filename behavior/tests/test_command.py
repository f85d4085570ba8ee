import json
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from luca.aws import clients, queue


@pytest.mark.usefixtures("aws")
def test_status_counts_what_waits_and_what_is_dead() -> None:
    before = status()
    for name in ("behavior", "behavior-dlq"):
        clients.sqs().send_message(QueueUrl=queue.url(name), MessageBody="hello")
    after = status()
    assert after["waiting"] == before["waiting"] + 1
    assert after["dead"] == before["dead"] + 1


@pytest.mark.usefixtures("aws")
def test_status_is_written_for_people() -> None:
    out = StringIO()
    call_command("behavior", "status", stdout=out)
    words = [line[:18].strip() for line in out.getvalue().splitlines()]
    assert words[:4] == ["messages waiting", "messages in work", "oldest waits", "dead letters"]


def test_without_a_queue_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "QUEUES", {"behavior": "", "behavior-dlq": ""})
    with pytest.raises(CommandError, match=r"LUCA_BEHAVIOR_QUEUE_URL and .* are not set\."):
        status()


@pytest.mark.usefixtures("aws")
def test_a_queue_that_is_gone_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = queue.url("behavior") + "-gone"
    monkeypatch.setitem(settings.QUEUES, "behavior", gone)
    with pytest.raises(CommandError, match=r"^The queue does not answer \(\w+\)\.$"):
        status()


def status() -> dict[str, int]:
    out = StringIO()
    call_command("behavior", "status", "--json", stdout=out)
    found: dict[str, int] = json.loads(out.getvalue())
    return found
