"""Of a large file only the part of a student is read, with the school's own credentials."""

from __future__ import annotations

import pytest

from lake import keys, services
from lake.repository import changes
from lake.repository.changes import Read, Wanted
from lake.tests.making import event, october, write
from luca.aws import lake
from luca.kernel.errors import Unavailable

pytestmark = pytest.mark.usefixtures("school")


def anas() -> list[object]:
    wanted = Wanted(places={keys.student("ana")})
    return [row["quantity"] for row in changes.of_events(october(), wanted, Read())]


@pytest.fixture(autouse=True)
def _every_file_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "LARGE", 0)


def test_rows_are_the_same_whether_a_file_is_read_whole_or_in_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(october(), "a", [event(1, "ana"), event(2, "anabel"), event(3, "beto")])
    write(october(), "b", [event(4, "ana"), event(5, "beto")])
    with monkeypatch.context() as whole:
        whole.setattr(changes, "LARGE", 1 << 20)
        expected = anas()
    assert len(expected) == 2

    monkeypatch.setattr(lake, "read", None)  # nothing is fetched whole
    assert anas() == expected
    monkeypatch.undo()
    services.compact()
    monkeypatch.setattr(changes, "LARGE", 0)
    assert anas() == expected


def test_a_damaged_file_is_named_and_one_that_went_is_looked_for_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = f"{october()}a.parquet"
    write(october(), "a", [event(1, "ana")])
    opened = lake.opened

    def compacted_first(file: str) -> object:
        monkeypatch.setattr(lake, "opened", opened)
        services.compact()
        return opened(file)

    monkeypatch.setattr(lake, "opened", compacted_first)
    assert len(anas()) == 1
    assert name not in lake.files(october())

    lake.write(f"{october()}c.parquet", b"PAR1 and nothing else")
    with pytest.raises(Unavailable, match=r"c\.parquet of the lake is damaged"):
        anas()
