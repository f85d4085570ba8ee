"""The lake's tables as Glue keeps them, for Athena to read and for Firehose to convert by.

Partitions are projected: nobody has to tell Glue of a new month or a new school. A school is
injected, which means that Athena refuses a question that does not name the school it is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lake.domain import Dataset

FIRST_YEAR, LAST_YEAR = 2000, 2100  # what was filled in afterwards is older than the platform
HIVE = "org.apache.hadoop.hive.ql.io.parquet"
PROJECTIONS = {
    "year": {"type": "integer", "range": f"{FIRST_YEAR},{LAST_YEAR}", "digits": "4"},
    "month": {"type": "integer", "range": "1,12", "digits": "2"},
    "school_id": {"type": "injected"},
}


def catalogue(database: str, bucket: str, datasets: Iterable[Dataset]) -> dict[str, Any]:
    """The database and its tables, in the words of `deploy/lake/glue.json`."""
    return {
        "comment": "Made of deploy/lake.json by `manage.py lake glue`; a test compares.",
        "database": database,
        "tables": {one.name: _table(bucket, one) for one in datasets},
    }


def _table(bucket: str, dataset: Dataset) -> dict[str, Any]:
    place = f"s3://{bucket}/{dataset.name}/"
    template = place + "".join(f"{name}=${{{name}}}/" for name in dataset.partitions)
    return {
        "table_type": "EXTERNAL_TABLE",
        "location": place,
        "input_format": f"{HIVE}.MapredParquetInputFormat",
        "output_format": f"{HIVE}.MapredParquetOutputFormat",
        "serde": f"{HIVE}.serde.ParquetHiveSerDe",
        "columns": [
            {"name": one.name, "type": one.type.value, "comment": one.about[:255]}
            for one in dataset.columns
        ],
        "partition_keys": [{"name": name, "type": "string"} for name in dataset.partitions],
        "parameters": {
            "classification": "parquet",
            "projection.enabled": "true",
            "storage.location.template": template,
            **{
                f"projection.{name}.{key}": value
                for name in dataset.partitions
                for key, value in PROJECTIONS[name].items()
            },
        },
    }
