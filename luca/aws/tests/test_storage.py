"""Files of a school when AWS has forgotten the session they were read with."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError
from django.http import StreamingHttpResponse

from luca.aws import scoped, storage
from luca.kernel import context
from luca.kernel.errors import Unavailable

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded


def test_a_forgotten_session_is_renewed_and_the_file_is_there(school: str) -> None:
    storage.write("report", b"kept")
    session = scoped.SESSIONS.of(school)
    session._access_key = "ASIAFORGOTTEN0000000"  # type: ignore[attr-defined]  # as after a restart of the emulator

    assert storage.read("report") == b"kept"
    session = scoped.SESSIONS.of(school)
    session._access_key = "ASIAFORGOTTEN0000000"  # type: ignore[attr-defined]
    storage.write("report", b"new")
    assert storage.read("report") == b"new"
    assert storage.read("nothing") is None


def test_a_file_that_is_not_the_schools_is_refused_all_the_same(
    aws: "Embedded",  # noqa: ARG001 -- it must run
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    renewed: list[object] = []
    monkeypatch.setattr(scoped.SESSIONS, "forget", lambda *_, **__: renewed.append(1))
    with context.entered(school="north"):
        found = storage._storage()
        monkeypatch.setattr(found, "location", "tenants/south")
        with pytest.raises(Exception, match=r"Forbidden|AccessDenied"):
            storage.read("report")

    assert renewed == []


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "SlowDown"}}, "PutObject"),
        ClientError({"Error": {"Code": "503"}}, "PutObject"),
        EndpointConnectionError(endpoint_url="http://s3"),
    ],
)
def test_files_that_cannot_be_reached_now_may_be_later(
    school: str,  # noqa: ARG001 -- it must be entered
    error: Exception,
) -> None:
    def refuse(_: object) -> None:
        raise error

    with pytest.raises(Unavailable) as told:
        storage._with_fresh_session(refuse)

    assert told.value.code == "storage_unreachable"


def test_a_large_file_is_stored_from_disk_in_one_piece_and_read_in_parts(
    school: str,  # noqa: ARG001 -- it must be entered
    tmp_path: Path,
) -> None:
    content = bytes(range(256)) * 40_000  # 10 MB: more than boto3 would send at once by itself
    (tmp_path / "large").write_bytes(content)

    storage.write_file("large", tmp_path / "large")
    found = storage.stream("large")

    assert found is not None
    parts = list(found.parts)
    assert (found.size, b"".join(parts)) == (len(content), content)
    assert len(parts) > 1
    assert storage.stream("nothing") is None


@pytest.mark.usefixtures("school")
def test_a_file_that_nobody_reads_to_its_end_keeps_no_connection() -> None:
    storage.write("large", b"x" * 3_000_000)
    found = storage.stream("large")
    assert found is not None
    answer = StreamingHttpResponse(found.parts)

    answer.close()  # as a server does when the other side has gone

    assert found.parts.body._raw_stream.closed  # type: ignore[attr-defined]  # botocore's stubs hide it


@pytest.fixture
def as_on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing object is a 403 to a role that may not list the whole bucket."""
    call = BaseClient._make_api_call  # type: ignore[attr-defined]

    def answered(client: BaseClient, operation: str, given: Any) -> Any:
        try:
            return call(client, operation, given)
        except ClientError as error:
            if operation not in {"GetObject", "HeadObject"} or not is_404(error):
                raise
            code = "403" if operation == "HeadObject" else "AccessDenied"
            raise denied(code, operation) from error

    monkeypatch.setattr(BaseClient, "_make_api_call", answered)


def denied(code: str, operation: str) -> ClientError:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": 403}}
    return ClientError(answer, operation)


def is_404(error: ClientError) -> bool:
    return error.response["ResponseMetadata"]["HTTPStatusCode"] == 404


@pytest.mark.usefixtures("as_on_aws", "school")
def test_a_file_that_is_not_there_is_absent_also_where_aws_calls_it_forbidden() -> None:
    storage.write("govsync/call.json.old", b"a longer name is another file")

    assert storage.read("govsync/call.json") is None
    assert storage.stream("govsync/call.json") is None
    assert storage.read("govsync/call.json.old") is not None


@pytest.mark.usefixtures("school")
def test_a_file_that_is_there_and_may_not_be_read_is_not_taken_for_absent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    storage.write("pages/0.json", b"{}")
    call = BaseClient._make_api_call  # type: ignore[attr-defined]

    def refused(client: BaseClient, operation: str, given: Any) -> Any:
        if operation in {"GetObject", "HeadObject"}:
            raise denied("AccessDenied", operation)
        return call(client, operation, given)

    monkeypatch.setattr(BaseClient, "_make_api_call", refused)
    for read in (storage.read, storage.stream):
        with pytest.raises(ClientError):
            read("pages/0.json")
