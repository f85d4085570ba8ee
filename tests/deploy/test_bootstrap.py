"""What CI may call: each call exists, and what gives rights stays below the ceiling."""

import json
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from luca.localaws.deployment import Deployment
from tests.deploy.terraform import DEPLOY

ACTIONS = (DEPLOY / "bootstrap" / "actions.tf").read_text(encoding="utf-8")
CALL = re.compile(r'"([A-Za-z0-9]+)"')
SERVICE = re.compile(r"^    ([a-z0-9-]+)\s+= \{", re.MULTILINE)


@cache
def known() -> dict[str, Any]:
    """Every call of every service, in small letters, as cfn-lint knows them."""
    file = resources.files("cfnlint.data.AdditionalSpecs") / "Policies.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def called() -> set[tuple[str, str]]:
    """Service and call of all that actions.tf lists."""
    found = set()
    service = ""
    for line in ACTIONS.splitlines():
        if begun := SERVICE.match(line):
            service = begun[1]
        of = "iam" if line.startswith("  roles_") else service
        found |= {(of, call) for call in CALL.findall(line.partition("#")[0])}
    return found


def test_every_call_of_ci_exists() -> None:
    assert len(called()) > 300
    unknown = {
        f"{service}:{call}"
        for service, call in called()
        if call.lower() not in known()[service]["Actions"]
    }

    assert unknown == set()


def test_ci_reads_and_writes_nothing_that_schools_wrote() -> None:
    data = {
        ("dynamodb", "GetItem"),
        ("dynamodb", "PutItem"),
        ("dynamodb", "Query"),
        ("dynamodb", "Scan"),
        ("s3", "GetObject"),
        ("sqs", "ReceiveMessage"),
        ("athena", "StartQueryExecution"),
        ("lambda", "InvokeFunction"),
    }

    assert called() & data == set()


# What bootstrap's boundary leaves a role of production, whose prefix is empty (ci.tf, `apart`).
OWN = {
    "dynamodb": r":table/luca-",
    "s3": r"^arn:aws:s3:::luca-",
    "secretsmanager": r":secret:luca-",
    "sqs": r":(luca|behavior|govsync)-",
    "states": r":(stateMachine|execution):luca-",
    "sts": r":role/luca-",
}
# They take no resource, and the boundary refuses none of them.
NAMELESS = {"ListStreams", "SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"}


@pytest.mark.parametrize("name", Deployment().role_names())
def test_the_boundary_leaves_a_role_its_own(name: str) -> None:
    for path in Deployment().policy_paths(name):
        document = json.loads(Path(path).read_text(encoding="utf-8"))
        for statement in document["Statement"]:
            calls = statement["Action"]
            for one in [calls] if isinstance(calls, str) else calls:
                service, _, call = one.partition(":")
                own = OWN.get(service)
                if own is None or call in NAMELESS:
                    continue
                named = statement.get("Resource", [])  # a trust has none
                for resource in [named] if isinstance(named, str) else named:
                    assert re.search(own, resource), (one, resource)


@pytest.mark.parametrize("name", Deployment().role_names())
def test_every_call_of_a_role_exists(name: str) -> None:
    for path in Deployment().policy_paths(name):
        document = json.loads(Path(path).read_text(encoding="utf-8"))
        for statement in document["Statement"]:
            calls = statement["Action"]
            for one in [calls] if isinstance(calls, str) else calls:
                service, _, call = one.partition(":")
                assert call.lower() in known()[service]["Actions"], one
