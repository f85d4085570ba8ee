"""What `deploy/lake/*.json` describes, made in the emulator as Terraform makes it in AWS."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3

from luca.localaws.deployment import REGION
from luca.localaws.embedded import Embedded
from luca.localaws.home import Home

DEPLOY = Path(__file__).parents[2] / "deploy"
ROLE = "arn:aws:iam::000000000000:role/luca-delivery"


def deployed(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DEPLOY / "lake" / f"{name}.json").read_text())
    return found


@dataclass(frozen=True)
class Operator:
    """Whoever applies Terraform: nobody whom the guard asks for a role."""

    running: Embedded

    def client(self, service: str) -> Any:
        keys = Home(self.running.home).keys
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self.running.endpoint,
            region_name=REGION,
            aws_access_key_id=keys["bootstrap_key"],
            aws_secret_access_key=keys["bootstrap_secret"],
        )

    @cached_property
    def s3(self) -> Any:
        return self.client("s3")

    def make_tables(self) -> None:
        catalogue, glue = deployed("glue"), self.client("glue")
        have = {one["Name"] for one in glue.get_databases()["DatabaseList"]}
        if catalogue["database"] in have:
            return  # another file's tests have made them
        glue.create_database(DatabaseInput={"Name": catalogue["database"]})
        for name, table in catalogue["tables"].items():
            glue.create_table(
                DatabaseName=catalogue["database"], TableInput=table_input(name, table)
            )

    def make_bucket(self) -> None:
        bucket = deployed("delivery")["bucket"]
        if bucket not in {one["Name"] for one in self.s3.list_buckets()["Buckets"]}:
            self.s3.create_bucket(Bucket=bucket)

    def make_streams(self) -> None:
        firehose, settings = self.client("firehose"), deployed("delivery")
        for name, stream in settings["streams"].items():
            firehose.create_delivery_stream(
                DeliveryStreamName=name,
                DeliveryStreamType="DirectPut",
                ExtendedS3DestinationConfiguration=destination(settings, stream),
            )

    def files(self, folder: str) -> dict[str, bytes]:
        bucket = deployed("delivery")["bucket"]
        found = self.s3.list_objects_v2(Bucket=bucket, Prefix=folder).get("Contents", [])
        return {
            one["Key"]: self.s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
            for one in found
        }

    def empty(self, folder: str) -> None:
        bucket = deployed("delivery")["bucket"]
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=folder)
        for name in [one["Key"] for page in pages for one in page.get("Contents", [])]:
            self.s3.delete_object(Bucket=bucket, Key=name)

    def errors(self) -> list[dict[str, Any]]:
        """What Firehose could not deliver: its word for why, and the record."""
        return [
            {
                "why": name.split("/")[1],
                **json.loads(base64.b64decode(json.loads(line)["rawData"])),
            }
            for name, data in self.files("errors/").items()
            for line in data.splitlines()
        ]


def as_pipes_tell(record: dict[str, Any]) -> dict[str, Any]:
    """The record as JSON, which is how Pipes passes it on: moments are numbers of seconds."""

    def plain(value: object) -> float:
        assert isinstance(value, datetime)
        return value.timestamp()

    who = {name[0].lower() + name[1:]: v for name, v in record.get("userIdentity", {}).items()}
    told: dict[str, Any] = json.loads(json.dumps(record, default=plain))
    return {**told, **({"userIdentity": who} if who else {}), "eventSource": "aws:dynamodb"}


def table_input(name: str, table: dict[str, Any]) -> dict[str, Any]:
    def typed(columns: list[dict[str, str]]) -> list[dict[str, str]]:
        return [{key.capitalize(): value for key, value in one.items()} for one in columns]

    return {
        "Name": name,
        "TableType": table["table_type"],
        "Parameters": table["parameters"],
        "PartitionKeys": typed(table["partition_keys"]),
        "StorageDescriptor": {
            "Columns": typed(table["columns"]),
            "Location": table["location"],
            "InputFormat": table["input_format"],
            "OutputFormat": table["output_format"],
            "SerdeInfo": {"SerializationLibrary": table["serde"]},
        },
    }


def destination(settings: dict[str, Any], stream: dict[str, Any]) -> dict[str, Any]:
    query = {
        "Type": "MetadataExtraction",
        "Parameters": [
            {
                "ParameterName": "MetadataExtractionQuery",
                "ParameterValue": stream["partition_query"],
            },
            {"ParameterName": "JsonParsingEngine", "ParameterValue": "JQ-1.6"},
        ],
    }
    seconds = settings["partition_retry_seconds"]
    return {
        "RoleARN": ROLE,
        "BucketARN": f"arn:aws:s3:::{settings['bucket']}",
        "Prefix": stream["prefix"],
        "ErrorOutputPrefix": settings["error_output_prefix"],
        "BufferingHints": {
            "IntervalInSeconds": settings["buffering"]["interval_seconds"],
            "SizeInMBs": settings["buffering"]["size_mb"],
        },
        "CompressionFormat": "UNCOMPRESSED",
        "DynamicPartitioningConfiguration": {
            "Enabled": True,
            "RetryOptions": {"DurationInSeconds": seconds},
        },
        "ProcessingConfiguration": {"Enabled": True, "Processors": [query]},
        "DataFormatConversionConfiguration": {
            "Enabled": True,
            "SchemaConfiguration": {
                "RoleARN": ROLE,
                "DatabaseName": settings["database"],
                "TableName": stream["table"],
                "Region": REGION,
                "VersionId": "LATEST",
            },
            "InputFormatConfiguration": {"Deserializer": {"OpenXJsonSerDe": {}}},
            "OutputFormatConfiguration": {
                "Serializer": {"ParquetSerDe": {"Compression": settings["parquet_compression"]}}
            },
        },
    }
