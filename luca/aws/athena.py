"""Athena, asked in the session of the context's school.

What a question may read is decided by that session: Athena reads the lake's files with it, and
puts the answer where only it may. A question that nobody waits for any more is stopped.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from luca.aws import scoped
from luca.aws.refusals import watched
from luca.kernel import context
from luca.kernel.errors import TooLarge, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

R = TypeVar("R")
Cells = list[str | None]

RUNNING = {"QUEUED", "RUNNING"}
FIRST_LOOK, LAST_LOOK = 0.1, 2.0  # seconds between two looks, doubled each time
STALE = {"ExpiredTokenException", "UnrecognizedClientException", "InvalidClientTokenId"}
BUSY = {"TooManyRequestsException", "ThrottlingException", "InternalServerException"}
# Files that went or were replaced while they were read.
MOVED = {"HIVE_CANNOT_OPEN_SPLIT", "HIVE_CURSOR_ERROR", "HIVE_FILESYSTEM_ERROR"}
DAMAGED = {"HIVE_BAD_DATA", "HIVE_INVALID_METADATA"}
CODE = re.compile(r"[A-Z][A-Z_]{3,60}")
OF_THE_SYSTEM = 1  # Athena's category of errors that are not the question's
_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=2, read_timeout=30
)


class Moved(Exception):
    """A file was replaced while it was read: the same question may pass now."""


class Refused(Exception):
    """Athena cannot run the statement: a mistake of ours. The text is Athena's word for it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where questions are asked: the names of `deploy/lake/athena.json` and `glue.json`."""

    workgroup: str
    database: str
    bucket: str


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as Athena spells it: every value a text, nothing where there is none."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[Cells]
    scanned_bytes: int


def ask(sql: str, place: Place, *, seconds: float, most_rows: int) -> Said:
    """Ask and wait for the answer; a question that takes longer, or is given up, is stopped."""
    began = time.monotonic()
    query = _begun(sql, place)
    try:
        scanned = _awaited(query, began + seconds)
    except BaseException:
        _stopped(query)
        raise
    columns, types, rows = _read(query, most_rows)
    return Said(columns, types, rows, scanned)


def _begun(sql: str, place: Place) -> str:
    token = str(uuid4())  # of this question: a repeated request is not a second one
    answers = f"s3://{place.bucket}/answers/school_id={context.school()}/"
    begun = _told(
        lambda athena: athena.start_query_execution(
            QueryString=sql,
            ClientRequestToken=token,
            QueryExecutionContext={"Catalog": "AwsDataCatalog", "Database": place.database},
            ResultConfiguration={"OutputLocation": answers},
            WorkGroup=place.workgroup,
        )
    )
    return str(begun["QueryExecutionId"])


def _awaited(query: str, deadline: float) -> int:
    """Wait for its end and return how many bytes were read for it."""
    pause = FIRST_LOOK
    while True:
        seen = _told(lambda athena: athena.get_query_execution(QueryExecutionId=query))
        found = seen["QueryExecution"]
        if found["Status"]["State"] not in RUNNING:
            _check(found["Status"])
            return int(found.get("Statistics", {}).get("DataScannedInBytes", 0))
        if time.monotonic() > deadline:
            raise Unavailable("The question takes too long: ask about fewer days.")
        time.sleep(pause)
        pause = min(2 * pause, LAST_LOOK)


def _check(status: dict[str, Any]) -> None:
    """Raise what an end without an answer means; Athena's own sentence may quote data."""
    if status["State"] == "SUCCEEDED":
        return
    reason = str(status.get("StateChangeReason", ""))
    error = status.get("AthenaError", {})
    found = CODE.match(reason)
    code = found[0] if found else ""
    if "bytes scanned limit" in reason.lower():
        raise TooLarge("The question reads too much at once: ask about fewer days.")
    if code in MOVED:
        raise Moved(code)
    if code in DAMAGED:
        message = "A file of the lake is damaged; `manage.py lake compact` sets it aside."
        raise Unavailable(message, code="lake_damaged")
    passing = error.get("Retryable") or error.get("ErrorCategory") == OF_THE_SYSTEM
    if status["State"] == "CANCELLED" or passing:
        raise Unavailable("Athena gave the question up; try again in a moment.")
    raise Refused(code or "no code")


def _stopped(query: str) -> None:
    """Best effort: what has ended meanwhile cannot be stopped, and costs nothing more."""
    try:
        _told(lambda athena: athena.stop_query_execution(QueryExecutionId=query))
    except (ClientError, Unavailable):
        return


def _read(query: str, most: int) -> tuple[tuple[str, ...], tuple[str, ...], list[Cells]]:
    rows: list[Cells] = []
    heads: list[dict[str, str]] = []
    for page in _pages(query):
        heads = page["ResultSetMetadata"]["ColumnInfo"]
        rows += [[cell.get("VarCharValue") for cell in row["Data"]] for row in page["Rows"]]
        if len(rows) - 1 > most:  # the first row repeats the columns' names
            raise TooLarge(f"The answer has more than {most} rows: ask about fewer days.")
    names = tuple(one["Name"] for one in heads)
    return names, tuple(one["Type"] for one in heads), rows[1:]


def _pages(query: str) -> Iterator[dict[str, Any]]:
    arguments = {"QueryExecutionId": query}
    while True:
        page = _told(lambda athena: athena.get_query_results(**arguments))
        yield page["ResultSet"]
        if not page.get("NextToken"):
            return
        arguments["NextToken"] = page["NextToken"]


def _told(call: Callable[[Any], R]) -> R:
    """Call in the school's session, and once more in a new one if AWS has forgotten the old one."""
    school = context.school()
    used = scoped.SESSIONS.known(school)
    try:
        return _translated(call)
    except ClientError as error:
        if _code(error) not in STALE:
            raise
        scoped.SESSIONS.forget(school, failed=used)
        return _translated(call)


def _translated(call: Callable[[Any], R]) -> R:
    try:
        return call(_client())
    except (BotoCoreError, ClientError) as error:
        if isinstance(error, ClientError) and _code(error) not in BUSY:
            raise
        message = "Athena cannot be reached; try again in a moment."
        raise Unavailable(message, code="athena_unreachable") from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code"))


@cache
def _client() -> Any:
    """One for all schools: the school is looked up when a request is signed."""
    session = botocore.session.Session()
    session._credentials = scoped.SchoolScope()  # type: ignore[attr-defined]  # noqa: SLF001 -- botocore's only door for credentials of one's own
    return watched(session.create_client("athena", settings.AWS_REGION, config=_CONFIG))
