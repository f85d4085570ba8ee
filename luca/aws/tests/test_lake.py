"""Files of the lake: one school's at a time, in the bucket and in a folder alike."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from django.conf import settings

from luca.aws import lake, scoped
from luca.aws.lake import bucket
from luca.kernel import context
from luca.kernel.errors import Forbidden, PreconditionFailed, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager


@pytest.fixture(params=["bucket", "folder"])
def place(request: pytest.FixtureRequest, school: str, tmp_path: Path) -> Iterator[str]:
    """The school's folder of November, in either place."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "folder":
            patch.setattr(settings, "LAKE_FOLDER", str(tmp_path / "lake"))
        yield november(school)


def november(school: str) -> str:
    return f"events/year=2026/month=11/school_id={school}/"


def test_what_is_written_is_listed_read_copied_and_deleted(place: str, tmp_path: Path) -> None:
    lake.write(f"{place}a.parquet", b"first")
    lake.write(f"{place}b.parquet", b"second one")

    assert lake.files(place) == {f"{place}a.parquet": 5, f"{place}b.parquet": 10}
    assert lake.files(place, keeper=True) == lake.files(place)
    assert lake.read(f"{place}a.parquet") == b"first"
    assert lake.download(f"{place}b.parquet", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"second one"

    lake.delete([f"{place}a.parquet", f"{place}nothing"])

    assert list(lake.files(place)) == [f"{place}b.parquet"]
    assert lake.read(f"{place}a.parquet") is None
    assert not lake.download(f"{place}a.parquet", tmp_path / "none")
    with pytest.raises(FileNotFoundError):
        lake.opened(f"{place}a.parquet")


def test_of_two_who_replace_the_same_file_one_learns_that_it_came_second(place: str) -> None:
    name = f"{place}_manifest.json"
    first = lake.write(name, b"1", if_absent=True)
    with pytest.raises(PreconditionFailed):
        lake.write(name, b"another's 1", if_absent=True)

    second = lake.write(name, b"2", if_match=first)
    with pytest.raises(PreconditionFailed):
        lake.write(name, b"another's 2", if_match=first)

    assert lake.fetch(name) == lake.Fetched(b"2", second)
    lake.delete([name])
    with pytest.raises(PreconditionFailed):
        lake.write(name, b"3", if_match=second)


def test_a_file_is_read_in_ranges(place: str) -> None:
    content = bytes(range(256)) * 2000
    lake.write(f"{place}long.parquet", content)

    with lake.opened(f"{place}long.parquet") as file:
        assert file.seek(-8, io.SEEK_END) == len(content) - 8
        assert file.read() == content[-8:]
        file.seek(1000)
        assert file.read(300_000) == content[1000:301_000]
        assert file.read(1 << 20) == content[301_000:]
        assert file.read(1) == b""


def test_the_schools_folders_are_found_and_nobody_elses(place: str, school: str) -> None:
    with context.entered(school="neighbours"):
        lake.write("events/year=2025/month=01/school_id=neighbours/a.parquet", b"theirs")
        lake.write("grades/year=2024/school_id=neighbours/a.parquet", b"theirs")
    lake.write(f"{place}a.parquet", b"ours")
    old = f"events/year=2014/month=02/school_id={school}/"
    lake.write(f"{old}a.parquet", b"ours")
    lake.write(f"grades/year=2026/school_id={school}/a.parquet", b"ours")

    assert lake.folders("events") == [old, place]
    assert lake.folders("grades", keeper=True) == [f"grades/year=2026/school_id={school}/"]


@pytest.mark.parametrize("keeper", [False, True])
def test_another_schools_files_are_out_of_reach(place: str, *, keeper: bool) -> None:
    theirs = november("neighbours")
    with context.entered(school="neighbours"):
        lake.write(f"{theirs}a.parquet", b"theirs")

    for act in (
        lambda: lake.files(theirs, keeper=keeper),
        lambda: lake.read(f"{theirs}a.parquet", keeper=keeper),
        lambda: lake.opened(f"{theirs}a.parquet", keeper=keeper),
        lambda: lake.write(f"{theirs}ours.parquet", b"ours"),
        # Inside another's folder a path that goes on to one's own is still another's.
        lambda: lake.write(theirs + place, b"ours"),
        lambda: lake.write(f"{theirs}school_id={context.school()}/a.parquet", b"ours"),
        lambda: lake.delete([f"{theirs}a.parquet"]),
    ):
        with pytest.raises((Forbidden, ClientError), match=r"not the school's|AccessDenied|Forbid"):
            act()
    with context.entered(school="neighbours"):
        assert lake.files(theirs) == {f"{theirs}a.parquet": 6}


def test_the_api_reads_the_lake_and_writes_nothing(
    school: str, acting_as: "Callable[[str], AbstractContextManager[None]]"
) -> None:
    name = f"{november(school)}a.parquet"
    lake.write(name, b"ours")
    with acting_as("api"):
        assert lake.read(name) == b"ours"
        with pytest.raises(ClientError, match="AccessDenied"):
            lake.write(name, b"changed")
        with pytest.raises(ClientError, match="AccessDenied"):
            lake.read(name, keeper=True)


def test_a_schools_own_session_cannot_write_its_lake(
    school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"{november(school)}a.parquet"
    lake.write(name, b"ours")
    monkeypatch.setattr(settings, "ARCHIVE_ROLE_ARN", settings.TENANT_ROLE_ARN)
    scoped.SESSIONS.forget(scoped.ARCHIVE + school)

    for act in (lambda: lake.write(name, b"changed"), lambda: lake.delete([name])):
        with pytest.raises(ClientError, match="AccessDenied"):
            act()
    assert lake.read(name) == b"ours"


def test_the_writer_enters_archives_and_no_school(
    school: str, acting_as: "Callable[[str], AbstractContextManager[None]]"
) -> None:
    with acting_as("lake"):
        lake.write(f"{november(school)}a.parquet", b"ours")
        lake.write(f"dlq/school_id={school}/poison.json", b"{}")
        lake.set_aside("poison.json", b"{}")
        with pytest.raises(ClientError, match="AccessDenied"):
            lake.read(f"{november(school)}a.parquet")
        assert lake.read(f"{november(school)}a.parquet", keeper=True) == b"ours"
    with pytest.raises(ClientError, match="AccessDenied"):
        lake.set_aside("poison.json", b"{}")


def test_a_forgotten_session_is_renewed(school: str) -> None:
    name = f"{november(school)}a.parquet"
    lake.write(name, b"kept")
    session = scoped.SESSIONS.of(scoped.ARCHIVE + school)
    session._access_key = "ASIAFORGOTTEN0000000"  # type: ignore[attr-defined]  # as after a restart of the emulator

    assert lake.read(name, keeper=True) == b"kept"


def test_a_busy_bucket_is_unavailable(school: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(_: object) -> None:
        raise ClientError({"Error": {"Code": "SlowDown"}}, "PutObject")

    monkeypatch.setattr(bucket, "_made", busy)
    with pytest.raises(Unavailable):
        lake.write(f"{november(school)}a.parquet", b"ours")
