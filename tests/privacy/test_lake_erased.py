"""A person is erased from the lake: all but what a school must be able to certify."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lake import services
from lake.definition import datasets
from lake.repository import parquet
from luca.aws import lake
from luca.kernel import clock, context
from tests.privacy.cast import BLAS, NANDU, PAST
from tests.privacy.test_erase import erased

RECORD = {"enrolled", "course_of_student", "enrolment_change", "grade", "grade_version"}


@pytest.fixture
def kept(north: str) -> str:
    """The marked school, all of it in its lake."""
    with context.entered(school=north):
        services.fill()
        services.compact()
    return north


def rows(school: str, person: str) -> list[dict[str, Any]]:
    """What is in any file of the lake about a person."""
    with context.entered(school=school):
        found = [
            row
            for name, dataset in datasets().items()
            for folder in lake.folders(name)
            for file in lake.files(folder)
            if file.endswith(".parquet")
            for row in parquet.decode(dataset, lake.read(file) or b"")
        ]
    return [row for row in found if person in json.dumps(row)]


def test_after_an_erasure_the_lake_holds_of_the_person_what_the_table_holds(
    kept: str, tmp_path: Path
) -> None:
    before = rows(kept, BLAS)
    kinds = {str(row["kind"]) for row in rows(kept, NANDU)}
    assert {"event", "evaluation", *RECORD} - {"enrolment_change"} <= kinds
    erased(NANDU, kept, tmp_path / "c.json")
    with clock.stopped(clock.now() + timedelta(hours=1)), context.entered(school=kept):
        services.fill()  # the stream had lost the erasure's own removals
    assert any(row["change"] == "delete" for row in rows(kept, NANDU))

    with context.entered(school=kept):
        report = services.compact()

    assert report.is_whole
    left = rows(kept, NANDU)
    assert left
    assert {row["change"] for row in left} == {"put"}
    assert {str(row["kind"]) for row in left} <= RECORD
    assert all(PAST in (row["period"], str(row["pk"]).rpartition("#")[2]) for row in left)
    assert {row["sk"] for row in before} <= {row["sk"] for row in rows(kept, BLAS)}


def test_an_event_that_the_table_forgot_long_ago_is_erased_too(kept: str, tmp_path: Path) -> None:
    folder = f"events/year=2019/month=03/school_id={kept}/"
    blank = dict.fromkeys(one.name for one in datasets()["events"].columns)
    told = {"kind": "event", "change": "put", "written_at": "2019-03-01T08:00:00Z"}
    old = [
        {
            **blank,
            **told,
            "pk": f"TENANT#{kept}#STUDENT#{who}",
            "sk": "EVENT#2019-03-01T08:00:00.000Z#e1",
            "sequence": "1".zfill(40),
        }
        for who in (NANDU, f"{NANDU}0")
    ]
    with context.entered(school=kept):
        lake.write(f"{folder}a.parquet", parquet.encode(datasets()["events"], old))
        services.compact()

    erased(NANDU, kept, tmp_path / "c.json")
    with context.entered(school=kept):
        services.compact()

    found = [row["pk"] for row in rows(kept, NANDU) if row["kind"] == "event"]
    assert found == [f"TENANT#{kept}#STUDENT#{NANDU}0"]
