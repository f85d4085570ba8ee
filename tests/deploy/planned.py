"""What Terraform would make, as data: modules put together in a scratch root, planned offline."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.deploy.terraform import DEPLOY

if TYPE_CHECKING:
    from tests.deploy.terraform import Terraform

ACCOUNT, REGION, PREFIX = "123456789012", "mx-central-1", "dev-"
DOCUMENTS = f"""
module "documents" {{
  source        = "../modules/documents"
  prefix        = "{PREFIX}"
  bucket_prefix = "colegios-dev-"
  account_id    = "{ACCOUNT}"
  region        = "{REGION}"
}}
"""
TEST = """
mock_provider "aws" {}

run "plan" {
  command = plan
}
"""


def planned(terraform: Terraform, name: str, main: str) -> dict[str, dict[str, Any]]:
    """Plan a root module and return what it would make, by address; unknown values are absent."""
    folder = f"planned_{name}"
    root = terraform.copy / folder
    (root / "tests").mkdir(parents=True)
    versions = (DEPLOY / "modules/edge/versions.tf").read_text(encoding="utf-8")
    (root / "main.tf").write_text(versions + DOCUMENTS + main, encoding="utf-8")
    (root / "tests/plan.tftest.hcl").write_text(TEST, encoding="utf-8")
    terraform.begin(folder)
    done = terraform.run(folder, "test", "-json", "-verbose")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    plans = [line["test_plan"] for line in lines if line["type"] == "test_plan"]
    assert plans, [line for line in lines if line["type"] == "diagnostic"]
    return {one["address"]: one["change"]["after"] for one in plans[0]["resource_changes"]}


def of_kind(made: dict[str, dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Everything of a type, e.g. ``aws_cognito_user_group``, whatever its address."""
    return [values for address, values in made.items() if f"{kind}." in address]
