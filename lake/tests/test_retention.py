"""How long the lake's files stay where, as data that S3 takes."""

import json
from typing import Any

import pytest

from lake.definition import datasets
from lake.tests.aws import DEPLOY, Operator
from luca.localaws.embedded import Embedded

FILE = json.loads((DEPLOY / "retention.json").read_text())
RULES: dict[str, dict[str, Any]] = FILE["rules"]
AT_ONCE = {"STANDARD_IA", "GLACIER_IR"}  # classes that answer in milliseconds; others ask to wait


def lifecycle() -> dict[str, Any]:
    """The rules as Terraform gives them to S3."""
    made = []
    for name, one in RULES.items():
        rule: dict[str, Any] = {
            "ID": name,
            "Status": "Enabled",
            "Filter": {"Prefix": one["prefix"]},
        }
        if one["transitions"]:
            rule["Transitions"] = [
                {"Days": step["days"], "StorageClass": step["storage_class"]}
                for step in one["transitions"]
            ]
        if "expires_after_days" in one:
            rule["Expiration"] = {"Days": one["expires_after_days"]}
        if "abandon_uploads_after_days" in one:
            days = one["abandon_uploads_after_days"]
            rule["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": days}
        made.append(rule)
    return {"Rules": made}


def test_nothing_that_a_school_wrote_ever_expires() -> None:
    """So a legal hold has nothing to stop here; compaction is what it stops."""
    expiring = [one["prefix"] for one in RULES.values() if "expires_after_days" in one]
    assert expiring == ["answers/"]


@pytest.mark.parametrize("name", datasets())
def test_every_data_set_grows_cheaper_and_still_answers_at_once(name: str) -> None:
    rule = RULES[name]
    assert rule["prefix"] == f"{name}/"
    assert [(one["days"], one["storage_class"]) for one in rule["transitions"]] == [
        (30, "STANDARD_IA"),
        (90, "GLACIER_IR"),
    ]
    assert {one["storage_class"] for one in rule["transitions"]} <= AT_ONCE


def test_s3_takes_the_rules(aws: Embedded) -> None:
    operator = Operator(aws)
    operator.make_bucket()
    operator.s3.put_bucket_lifecycle_configuration(
        Bucket=FILE["bucket"],
        LifecycleConfiguration=lifecycle(),
        TransitionDefaultMinimumObjectSize="all_storage_classes_128K",
    )
    told = operator.s3.get_bucket_lifecycle_configuration(Bucket=FILE["bucket"])["Rules"]

    assert {one["ID"] for one in told} == set(RULES)
    operator.s3.delete_bucket_lifecycle(Bucket=FILE["bucket"])
