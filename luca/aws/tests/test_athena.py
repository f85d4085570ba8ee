"""Questions to Athena: how they are asked, waited for, stopped, and told when they fail."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from django.conf import settings

from luca.aws import athena
from luca.kernel import context
from luca.kernel.errors import TooLarge, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACE = athena.Place("luca-lake", "luca_lake", "luca-data-lake")


@pytest.mark.usefixtures("school")
def test_the_guard_lets_no_school_ask_an_engine_that_reads_every_schools_files() -> None:
    athena._client.cache_clear()
    try:
        with pytest.raises(ClientError, match="AccessDenied"):
            athena.ask("SELECT 1", PLACE, seconds=60, most_rows=10)
    finally:
        athena._client.cache_clear()


def deployed(name: str) -> dict[str, Any]:
    place = settings.BASE_DIR / "deploy" / "lake" / f"{name}.json"
    found: dict[str, Any] = json.loads(place.read_text())
    return found


@dataclass
class Scripted:
    """Athena as far as the door knows it: its looks at a question come from a list."""

    looks: list[dict[str, Any]]
    pages: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)

    def start_query_execution(self, **arguments: Any) -> dict[str, Any]:
        self.asked.append(arguments)
        if self.fails:
            raise self.fails.pop(0)
        return {"QueryExecutionId": "q-1"}

    def get_query_execution(self, **_: Any) -> dict[str, Any]:
        status = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        return {
            "QueryExecution": {"Status": status, "Statistics": {"DataScannedInBytes": 42}},
        }

    def get_query_results(self, **arguments: Any) -> dict[str, Any]:
        return self.pages[int(arguments.get("NextToken", 0))]

    def stop_query_execution(self, **arguments: Any) -> None:
        self.stopped.append(arguments["QueryExecutionId"])


DONE = {"State": "SUCCEEDED"}


def page(*rows: tuple[str | None, ...], more: str = "") -> dict[str, Any]:
    heads = [{"Name": name, "Type": kind} for name, kind in (("day", "date"), ("n", "bigint"))]
    cells = [
        {"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]} for row in rows
    ]
    found: dict[str, Any] = {
        "ResultSet": {"ResultSetMetadata": {"ColumnInfo": heads}, "Rows": cells}
    }
    return found | ({"NextToken": more} if more else {})


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    made = Scripted([DONE])
    monkeypatch.setattr(athena, "_client", lambda: made)
    monkeypatch.setattr(athena, "FIRST_LOOK", 0.0)
    with context.entered(school="north"):
        yield made


def ask(seconds: float = 60, most_rows: int = 10) -> athena.Said:
    return athena.ask("SELECT 1", PLACE, seconds=seconds, most_rows=most_rows)


def test_pages_are_read_to_the_last_and_the_first_row_is_the_columns_names(
    script: Scripted,
) -> None:
    script.looks = [{"State": "QUEUED"}, {"State": "RUNNING"}, DONE]
    script.pages = [page(("day", "n"), ("2026-05-01", "3"), more="1"), page(("2026-05-02", None))]

    said = ask()

    assert said.rows == [["2026-05-01", "3"], ["2026-05-02", None]]
    assert (said.columns, said.types, said.scanned_bytes) == (("day", "n"), ("date", "bigint"), 42)
    assert script.stopped == []
    (asked,) = script.asked
    assert asked["ResultConfiguration"] == {
        "OutputLocation": "s3://luca-data-lake/answers/school_id=north/"
    }
    assert (asked["WorkGroup"], asked["QueryExecutionContext"]["Database"]) == (
        deployed("athena")["workgroup"],
        deployed("glue")["database"],
    )


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (
            {"State": "CANCELLED", "StateChangeReason": "Bytes scanned limit was exceeded"},
            TooLarge,
            "fewer days",
        ),
        ({"State": "CANCELLED"}, Unavailable, "try again"),
        ({"State": "FAILED", "AthenaError": {"Retryable": True}}, Unavailable, "try again"),
        ({"State": "FAILED", "AthenaError": {"ErrorCategory": 1}}, Unavailable, "try again"),
        ({"State": "FAILED", "StateChangeReason": "HIVE_BAD_DATA: s3://x"}, Unavailable, "damaged"),
        (
            {"State": "FAILED", "StateChangeReason": "HIVE_CANNOT_OPEN_SPLIT: gone"},
            athena.Moved,
            "HIVE_CANNOT_OPEN_SPLIT",
        ),
        (
            {"State": "FAILED", "StateChangeReason": "SYNTAX_ERROR: line 1 'Ana'"},
            athena.Refused,
            "^SYNTAX_ERROR$",
        ),
        ({"State": "FAILED", "StateChangeReason": "Ana Núñez"}, athena.Refused, "^no code$"),
    ],
)
def test_an_end_without_an_answer_is_said_in_our_words_never_in_athenas(
    script: Scripted, status: dict[str, Any], error: type[Exception], words: str
) -> None:
    script.looks = [status]

    with pytest.raises(error, match=words):
        ask()


def test_what_takes_too_long_is_stopped(script: Scripted) -> None:
    script.looks = [{"State": "RUNNING"}]

    with pytest.raises(Unavailable, match="too long"):
        ask(seconds=-1)
    assert script.stopped == ["q-1"]


def test_what_nobody_waits_for_any_more_is_stopped(
    script: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(BaseException):
        pass

    def given_up(_: float) -> None:
        raise Interrupted

    script.looks = [{"State": "RUNNING"}]
    monkeypatch.setattr(time, "sleep", given_up)

    with pytest.raises(Interrupted):
        ask()
    assert script.stopped == ["q-1"]


def test_an_answer_without_end_is_not_read_to_its_end(script: Scripted) -> None:
    script.pages = [page(("day", "n"), *[("2026-05-01", "3")] * 11, more="0")]

    with pytest.raises(TooLarge, match="more than 10 rows"):
        ask()


@pytest.mark.parametrize(
    "fault",
    [
        EndpointConnectionError(endpoint_url="https://athena"),
        ClientError({"Error": {"Code": "TooManyRequestsException"}}, "StartQueryExecution"),
    ],
)
def test_an_athena_that_is_busy_or_silent_is_unavailable(
    script: Scripted, fault: Exception
) -> None:
    script.fails = [fault]

    with pytest.raises(Unavailable, match="cannot be reached"):
        ask()


def test_a_session_that_aws_has_forgotten_is_replaced_once(script: Scripted) -> None:
    forgotten = ClientError({"Error": {"Code": "ExpiredTokenException"}}, "StartQueryExecution")
    script.pages = [page(("day", "n"))]
    script.fails = [forgotten]
    assert ask().rows == []

    script.fails = [forgotten, forgotten]
    with pytest.raises(ClientError, match="Expired"):
        ask()


def test_a_repeated_request_is_no_second_question(script: Scripted) -> None:
    """The SDK repeats what it got no answer to; both carry one token."""
    script.pages = [page(("day", "n"))]
    ask()
    ask()

    first, second = (one["ClientRequestToken"] for one in script.asked)
    assert first != second
    assert len(first) >= 32
