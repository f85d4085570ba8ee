"""What Terraform makes of the clock is what the worker's own tests consume."""

import json
import re

import pytest

from luca.aws.tests.rendering import target_input
from luca.aws.ticks import ticks
from tests.asl.test_definitions import DEPLOYED, cfn_lint, statelint
from tests.deploy.terraform import DEPLOY, Terraform

pytestmark = pytest.mark.deploy

MODULE = "modules/documents"
ADOPT = (DEPLOY / "second-region" / "adopt.tf.example").read_text()
STACK = "".join(path.read_text() for path in (DEPLOY / "stacks" / "luca").glob("*.tf"))
PRODUCTION = {
    "account_id": "123456789012",
    "region": "us-east-1",
    "bucket_prefix": "",
    "prefix": "",
}
DEV = {**PRODUCTION, "bucket_prefix": "colegios-dev-", "prefix": "dev-"}


def test_scheduler_is_told_the_very_message_that_a_worker_has_run(terraform: Terraform) -> None:
    """luca/aws/tests/test_ticks.py puts the same text on a queue, and a worker runs it."""
    made = terraform.value(MODULE, "{ for k, v in local.ticks : k => v.input }", **PRODUCTION)

    assert made == {task: target_input(task) for task in ticks()}


def test_in_another_environment_a_tick_names_that_ones_queue(terraform: Terraform) -> None:
    made = terraform.value(MODULE, "local.ticks", **DEV)

    for task, tick in made.items():
        message = json.loads(tick["input"])
        assert message["properties"]["delivery_info"]["routing_key"] == "dev-luca-tasks-queue"
        assert message["headers"]["task"] == task
        assert tick["queue"] == ticks()[task]["queue"], "by its plain name"


def test_the_machines_of_another_environment_are_valid_too(
    terraform: Terraform, tmp_path_factory: pytest.TempPathFactory
) -> None:
    texts = terraform.value(MODULE, "local.texts", **DEV)
    folder = tmp_path_factory.mktemp("machines")
    for path in DEPLOYED:
        copy = folder / path.name
        copy.write_text(texts[str(path.relative_to(DEPLOY))])
        assert statelint(copy).strip() == ""
        assert cfn_lint(copy).strip() == ""


@pytest.mark.parametrize("name", ["trail", "key", "table-unprotected", "table", "bucket"])
def test_what_is_watched_is_what_such_an_event_says(name: str) -> None:
    """The events as CloudTrail's documentation shows them."""
    shown = json.loads((DEPLOY / "audit.json").read_text())["watched"][name]
    events: dict[str, tuple[str, str, dict[str, object]]] = {
        "trail": ("cloudtrail.amazonaws.com", "StopLogging", {"name": "luca-audit-trail"}),
        "key": ("kms.amazonaws.com", "ScheduleKeyDeletion", {"keyId": "k"}),
        "table-unprotected": (
            "dynamodb.amazonaws.com",
            "UpdateTable",
            {"tableName": "luca-platform", "deletionProtectionEnabled": False},
        ),
        "table": ("dynamodb.amazonaws.com", "DeleteTable", {"tableName": "luca-platform"}),
        "bucket": ("s3.amazonaws.com", "DeleteBucketPolicy", {"bucketName": "luca-data"}),
    }
    service, call, parameters = events[name]

    assert shown["source"] == f"aws.{service.split('.')[0]}"
    assert call in shown["events"]
    assert all(parameters[one] in wanted for one, wanted in shown["parameters"].items())


def test_a_change_that_turns_nothing_off_is_not_told() -> None:
    shown = json.loads((DEPLOY / "audit.json").read_text())["watched"]["table-unprotected"]

    assert True not in shown["parameters"]["deletionProtectionEnabled"]


@pytest.mark.parametrize("address", re.findall(r"to += module\.luca\.module\.(\S+)", ADOPT))
def test_what_a_second_region_adopts_is_there_by_that_name(address: str) -> None:
    name, kind, resource = re.split(r"[.\[]", address)[:3]
    source = re.search(rf'module "{name}" {{\s+source += "\.\./\.\./(\S+)"', STACK)
    assert source is not None, f"the stack has no module {name}"

    texts = [path.read_text() for path in (DEPLOY / source[1]).glob("*.tf")]

    assert any(f'resource "{kind}" "{resource}"' in text for text in texts), address


def test_a_second_region_adopts_every_role() -> None:
    """modules/tenant-iam makes those first whose trust names no role."""
    adopted = {
        name: re.findall(r'"([a-z]+)"', listed)
        for name, listed in re.findall(r"(by_\w+) += \[(.*)\]", ADOPT)
    }
    trusts = {
        path.stem.removeprefix("trust-"): path.read_text()
        for path in (DEPLOY / "policies").glob("trust-*.json")
    }

    assert adopted == {
        "by_services": sorted(name for name, text in trusts.items() if ":role/" not in text),
        "by_the_roles": sorted(name for name, text in trusts.items() if ":role/" in text),
    }


def test_api_gateway_may_write_logs_in_the_second_region() -> None:
    """Each region has a setting of its own; the role is the account's, and bootstrap's."""
    gateway = (DEPLOY / "bootstrap" / "gateway.tf").read_text(encoding="utf-8")
    second = DEPLOY / "second-region"

    made = re.search(r'name += "([a-z-]+)" # not luca-', gateway)
    assert made is not None
    assert f'default     = "{made[1]}"' in (second / "variables.tf").read_text(encoding="utf-8")
    assert 'resource "aws_api_gateway_account"' in (second / "main.tf").read_text(encoding="utf-8")
    assert '"arn:aws:logs:*:${local.account_id}:log-group:*"' in gateway
