"""What the lake holds of people: of whoever asks all of it, and nobody's name at all."""

import json
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError

from grades import services as grades
from grades.domain import CurveWish
from lake.definition import dataset_of, datasets
from lake.domain import Row
from lake.pipe import handler
from lake.repository import parquet
from lake.rules import row_of
from lake.rules.piped import folders
from lake.tests.aws import as_pipes_tell
from luca.aws import lake
from luca.kernel import context
from luca.kernel.ids import StudentId
from tenants import services as tenants
from tenants.domain import Course
from tests.privacy import cast
from tests.privacy.cast import BLAS, EXAM, MATHS, NANDU, NOW
from tests.privacy.marks import leaks
from tests.privacy.test_export import exported

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded

NAMES = (*cast.MARKS, cast.NAME, cast.FAMILY, cast.GUARDIAN_NAME, "Teresa", "Ortiz")


def grades_row(student: str, number: int, sk: str = "EVAL#maths#2026-1#exam") -> dict[str, Any]:
    image = json.dumps({"student": {"S": student}, "version": {"N": str(number)}})
    told = {"kind": "evaluation", "change": "put", "written_at": f"2026-11-0{number}T08:00:00Z"}
    blank = dict.fromkeys(one.name for one in datasets()["grades"].columns)
    return {**blank, **told, "sk": sk, "sequence": str(number).zfill(40), "image": image}


def keep(school: str, name: str, rows: list[dict[str, Any]]) -> str:
    whole = f"grades/year=2026/school_id={school}/{name}.parquet"
    lake.write(whole, parquet.encode(datasets()["grades"], rows))
    return whole


def of(school: str, student: str, number: int) -> dict[str, Any]:
    pk = f"TENANT#{school}#STUDENT#{student}"
    return {**grades_row(student, number), "pk": pk, "item_version": str(number)}


def listed(school: str, student: str) -> dict[str, Any]:
    row = {**grades_row(student, 3, f"ENROLLED#{student}"), "item_version": "1"}
    return {**row, "pk": f"TENANT#{school}#COURSE#maths#2026-1", "kind": "enrolled"}


def test_an_export_shows_what_the_lake_holds_of_the_person_alone(
    north: str, tmp_path: Path
) -> None:
    theirs = [of(north, BLAS, 1), listed(north, BLAS), of(north, f"{NANDU}0", 1)]
    keep(north, "a", [of(north, NANDU, 2), of(north, NANDU, 1), *theirs])
    keep(north, "b", [of(north, NANDU, 2), listed(north, NANDU)])  # one change lies in two files

    found = exported(NANDU, north, tmp_path / "out")

    assert [(row["kind"], int(row["sequence"])) for row in found["lake"]] == [
        ("evaluation", 1),
        ("evaluation", 2),
        ("enrolled", 3),
    ]
    assert {row["folder"] for row in found["lake"]} == {f"grades/year=2026/school_id={north}/"}
    assert found["lake"][0]["image"]["student"] == {"S": NANDU}
    assert BLAS not in json.dumps(found["lake"])


def test_no_export_is_made_while_a_file_of_the_lake_cannot_be_read(
    north: str, tmp_path: Path
) -> None:
    name = keep(north, "a", [of(north, NANDU, 1)])
    lake.write(name, (lake.read(name) or b"")[:-20])

    with pytest.raises(CommandError, match="lake compact"):
        exported(NANDU, north, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_whole_year_of_every_kind_leaves_nobodys_name_in_the_lake(
    north: str, aws: "Embedded"
) -> None:
    """All that ever changed in the school. What people typed themselves is in there, too."""
    with context.entered(school=north):
        course = Course(MATHS, NOW)
        seen = grades.assessment(course, EXAM).version
        wish = CurveWish("mean", Decimal(80))
        grades.apply_curve(course, EXAM, wish, reason="Muy difícil", version=seen)
        grades.consolidate()
        assert tenants.withdraw(MATHS, NOW, [StudentId(BLAS)]) == 1
    heard = changes(aws, north)
    told = [row for record in heard if (row := row_of(record, dataset_of))]
    files = written(told)

    kinds = {str(row.values["kind"]) for row in told}
    assert kinds == {kind for one in datasets().values() for kind in one.kinds}
    assert leaks(cast.table_text(aws, north), NAMES)  # they are there to be found
    for name, data in files.items():
        rows = parquet.decode(datasets()[name.split("/", maxsplit=1)[0]], data)
        typed = [row.pop("metadata") for row in rows if row.get("metadata")]
        assert [json.loads(str(one)) for one in typed] == [{"quien": cast.NAME}] * len(typed)
        assert leaks(name + json.dumps(rows, ensure_ascii=False), NAMES) == set(), name
    assert len(files) == 2
    # On AWS the same changes take another way into the same files.
    filled = [{k: v for k, v in row.values.items() if v is not None} for row in told]
    made = handler([as_pipes_tell(one) for one in heard], None)
    assert [
        {**row, **folders(one.partition)} for row, one in zip(filled, told, strict=True)
    ] == made


def changes(aws: "Embedded", school: str) -> list[dict[str, Any]]:
    """Every record of the stream about a school, as whoever has the bootstrap key reads it."""
    client = cast.client_of(aws, "dynamodbstreams")
    (stream,) = client.list_streams(TableName="luca-platform")["Streams"]
    for _ in range(5):
        try:
            return [one for one in _records(client, stream["StreamArn"]) if _is_of(one, school)]
        except client.exceptions.TrimmedDataAccessException:
            continue  # the oldest of other tests' records went while they were read
    raise AssertionError("the stream is trimmed faster than it is read")


def _records(client: Any, arn: str) -> Iterator[dict[str, Any]]:
    (shard,) = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    begin = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    place = client.get_shard_iterator(**begin)["ShardIterator"]
    while (page := client.get_records(ShardIterator=place))["Records"]:
        yield from page["Records"]
        place = page["NextShardIterator"]


def _is_of(record: dict[str, Any], school: str) -> bool:
    return str(record["dynamodb"]["Keys"]["PK"]["S"]).startswith(f"TENANT#{school}#")


def written(rows: list[Row]) -> dict[str, bytes]:
    """The files of these rows, as the writer makes them."""
    parts = defaultdict(list)
    for row in rows:
        parts[row.partition].append(dict(row.values))
    return {
        f"{part.folder}file.parquet": parquet.encode(datasets()[part.dataset], found)
        for part, found in parts.items()
    }
