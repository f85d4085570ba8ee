"""What CI may call: each call exists, and what gives rights stays below the ceiling."""

import json
import re
from collections.abc import Iterator
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


# What a change of a thing calls besides what makes and deletes it.
CHANGING = {
    "aws_route": {"ec2:ReplaceRoute"},
    "aws_route_table_association": {"ec2:ReplaceRouteTableAssociation"},
    "aws_vpc_security_group_egress_rule": {"ec2:ModifySecurityGroupRules"},
    "aws_vpc_security_group_ingress_rule": {"ec2:ModifySecurityGroupRules"},
    "aws_vpc_endpoint": {"ec2:ModifyVpcEndpoint"},
    "aws_subnet": {"ec2:ModifySubnetAttribute"},
    "aws_lb": {"elasticloadbalancing:ModifyLoadBalancerAttributes"},
    "aws_lb_listener": {"elasticloadbalancing:ModifyListener"},
    "aws_lb_target_group": {"elasticloadbalancing:ModifyTargetGroup"},
    "aws_lb_target_group_attachment": {
        "elasticloadbalancing:RegisterTargets",
        "elasticloadbalancing:DeregisterTargets",
    },
    "aws_dax_cluster": {
        "dax:UpdateCluster",
        "dax:IncreaseReplicationFactor",
        "dax:DecreaseReplicationFactor",
    },
    "aws_dax_subnet_group": {"dax:UpdateSubnetGroup"},
    "aws_elasticache_serverless_cache": {"elasticache:ModifyServerlessCache"},
    "aws_apprunner_service": {"apprunner:UpdateService"},
}


@pytest.mark.parametrize("resource", CHANGING)
def test_ci_may_change_what_the_modules_make(resource: str) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in DEPLOY.glob("modules/*/*.tf"))
    assert f'resource "{resource}"' in text

    assert CHANGING[resource] <= {f"{service}:{call}" for service, call in called()}


def allowed(text: str) -> set[str]:
    """The calls that a piece of Terraform names, as "service:Call"."""
    return set(re.findall(r'"([a-z0-9-]+:[A-Z][A-Za-z]+)"', text))


def test_the_boundary_leaves_the_roles_that_modules_make_for_themselves_their_calls() -> None:
    """The ceiling is what deploy/policies allow, and what ci.tf adds for these."""
    ceiling = allowed((DEPLOY / "bootstrap" / "ci.tf").read_text(encoding="utf-8"))
    for path in (DEPLOY / "policies").glob("*.json"):
        if not path.name.startswith("trust-"):
            ceiling |= allowed(path.read_text(encoding="utf-8"))
    asked = set()
    for path in DEPLOY.glob("modules/*/*.tf"):
        text = path.read_text(encoding="utf-8")
        if 'resource "aws_iam_role" ' in text and path.parent.name != "tenant-iam":
            asked |= {call for call in allowed(text) if not call.startswith(("sts:", "aws:"))}

    assert "dynamodb:DescribeTable" in asked
    assert {call for call in asked if ":Leading" not in call} - ceiling == set()


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


def calls_of(role: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Service, call and statement of everything that a role's files name."""
    for path in Deployment().policy_paths(role):
        document = json.loads(Path(path).read_text(encoding="utf-8"))
        for statement in document["Statement"]:
            calls = statement["Action"]
            for one in [calls] if isinstance(calls, str) else calls:
                service, _, call = one.partition(":")
                yield service, call, statement


@pytest.mark.parametrize("name", Deployment().role_names())
def test_the_boundary_leaves_a_role_its_own(name: str) -> None:
    for service, call, statement in calls_of(name):
        own = OWN.get(service)
        if own is None or call in NAMELESS:
            continue
        named = statement.get("Resource", [])  # a trust has none
        for resource in [named] if isinstance(named, str) else named:
            assert re.search(own, resource), (service, call, resource)


@pytest.mark.parametrize("name", Deployment().role_names())
def test_every_call_of_a_role_exists(name: str) -> None:
    for service, call, _statement in calls_of(name):
        assert call.lower() in known()[service]["Actions"], (service, call)
