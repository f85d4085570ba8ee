"""Terraform and the embedded AWS read the same documents: compared piece by piece."""

import json
from functools import cached_property
from typing import Any

import pytest

from luca.localaws import policy
from luca.localaws.deployment import ACCOUNT, REGION, ROLE_PREFIX, Deployment, role_arn
from tests.deploy.terraform import DEPLOY, Terraform

pytestmark = pytest.mark.deploy

MODULE = "modules/documents"
# Every piece at once: a console takes longer to start than to answer.
ASKED = """{
  table = local.texts["table.json"], queues = local.texts["queues.json"],
  topics = local.texts["topics.json"], buckets = local.texts["buckets.json"],
  identity = local.texts["identity.json"], names = local.names, roles = local.roles,
  machines = local.machine_files, texts = local.texts }"""


class Read:
    """The documents as Terraform reads them for production, in the embedded AWS's account."""

    def __init__(self, terraform: Terraform) -> None:
        self.terraform = terraform

    @cached_property
    def all(self) -> dict[str, Any]:
        given = {"account_id": ACCOUNT, "region": REGION, "bucket_prefix": "", "prefix": ""}
        found: dict[str, Any] = self.terraform.value(MODULE, ASKED.replace("\n", " "), **given)
        return found

    def document(self, path: str) -> Any:
        return json.loads(self.all["texts"][path])


@pytest.fixture(scope="module")
def read(terraform: Terraform) -> Read:
    return Read(terraform)


@pytest.fixture(scope="module")
def embedded() -> Deployment:
    return Deployment()


@pytest.mark.parametrize("piece", ["table", "queues", "topics", "buckets", "identity"])
def test_both_read_the_same(piece: str, read: Read, embedded: Deployment) -> None:
    assert json.loads(read.all[piece]) == getattr(embedded, piece)


def test_both_know_the_same_roles_by_the_same_names(read: Read, embedded: Deployment) -> None:
    assert read.all["roles"] == embedded.role_names()
    for name in embedded.role_names():
        called = read.all["names"][ROLE_PREFIX + name]
        assert f"arn:aws:iam::{ACCOUNT}:role/{called}" == role_arn(name)


def test_both_judge_by_the_same_policies_and_trusts(read: Read, embedded: Deployment) -> None:
    for name in embedded.role_names():
        role = embedded.role(name)
        assert policy.parse(read.document(f"policies/{name}.json")) == role.identity, name
        assert policy.parse_trust(read.document(f"policies/trust-{name}.json")) == role.trust, name


def test_both_run_the_same_machines(read: Read, embedded: Deployment) -> None:
    assert set(read.all["machines"]) == set(embedded.machines)
    for name, path in read.all["machines"].items():
        assert read.document(path) == json.loads(embedded.machines[name]), name


def test_in_production_every_name_is_the_one_that_operators_know(read: Read) -> None:
    assert {name for name, called in read.all["names"].items() if name != called} == set()


def test_nothing_but_placeholders_changes_in_production(read: Read) -> None:
    for path, text in read.all["texts"].items():
        assert text == Deployment.text(DEPLOY / path), path


def test_what_terraform_reads_is_all_that_there_is(read: Read) -> None:
    patterns = ("*.json", "*.vtl", "asl/*.json", "lake/*.json", "policies/*.json")
    there = {str(path.relative_to(DEPLOY)) for one in patterns for path in DEPLOY.glob(one)}

    assert set(read.all["texts"]) == there


def test_another_environment_names_nothing_of_production(terraform: Terraform) -> None:
    texts: dict[str, str] = terraform.value(
        MODULE,
        "local.texts",
        account_id="123456789012",
        region="us-east-1",
        prefix="dev-",
        bucket_prefix="colegios-dev-",
    )
    names = set(
        terraform.value(
            MODULE,
            "keys(local.names)",
            account_id="123456789012",
            region="us-east-1",
            bucket_prefix="",
        )
    )

    for path, text in texts.items():
        for name in names:
            found = text.count(name)
            marked = sum(text.count(f"{mark}{name}") for mark in ("dev-", "dev_"))
            assert found == marked, f"{path} says {name} without a prefix"


def test_every_policy_has_a_trust(embedded: Deployment) -> None:
    policies = {path.stem for path in (DEPLOY / "policies").glob("*.json")}

    assert {one for one in policies if not one.startswith("trust-")} == set(embedded.role_names())
