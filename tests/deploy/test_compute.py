"""What the image is told on AWS is what it reads, and it is stopped no sooner than it is done."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from luca import gunicorn
from luca.localaws.deployment import Deployment
from tests.deploy.terraform import Terraform

pytestmark = pytest.mark.deploy

ROOT = Path(__file__).parents[2]
MODULE = "modules/container"
ACCOUNT, REGION = "123456789012", "us-east-1"
SDK = {"AWS_DEFAULT_REGION"}  # read by boto3 and not by us

# What production leaves as it is by default, and why.
LEFT = {
    "LUCA_SERVICE": "run.sh says it",
    "LUCA_OVERHEARD": "run.sh says it, to commands",
    "LUCA_VERSION": "the image carries it",
    "LUCA_DEBUG": "never in production",
    "LUCA_SHOW_CALLS": "never in production",
    "LUCA_LOG_FORMAT": "JSON is the default",
    "LUCA_LAKE_FOLDER": "experiments on one machine",
    "LUCA_LAKE_FLUSH_SECONDS": "fits",
    "LUCA_LAKE_FLUSH_RECORDS": "fits",
    "LUCA_PERSON_RATE": "fits",
    "LUCA_PROGRAM_RATE": "fits",
    "LUCA_SCHOOL_RATE": "fits",
    "LUCA_ADDRESS_RATE": "fits",
    "LUCA_AUTHORITY_INTERVAL": "the law's own",
    "LUCA_SYNC_CHECK_DAYS": "fits",
    "LUCA_NIGHT_TICK": "beat's, which does not run on AWS",
    "LUCA_ANALYTICS_SECONDS": "fits",
    "GOVSYNC_TIME_SCALE": "for demos and tests",
    "LUCA_BIND": "the container's port",
    "LUCA_WORKERS": "fits",
    "LUCA_THREADS": "fits",
    "LUCA_METRIC_NAMESPACE": "the stack says it, with the environment's name",
    "LUCA_METRIC_SCHOOLS": "the stack says it",
}


def given() -> dict[str, Any]:
    """The module's inputs as the stack would give them."""
    deployment = Deployment()
    queues, topics = deployment.queues, deployment.topics
    return {
        "image": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/luca-image:abc",
        "region": REGION,
        "log_groups": {
            name: f"/ecs/luca-{name}" for name in ("api", "worker", "consumer", "lake", "manage")
        },
        "table_name": "luca-platform",
        "buckets": {n: {**b, "name": f"x-{n}"} for n, b in deployment.buckets.items()},
        "queues": queues,
        "topics": topics,
        "queue_urls": {name: f"https://sqs/{name}" for name in queues},
        "dlq_urls": {name: f"https://sqs/{name}-dlq" for name in queues},
        "topic_arns": {name: f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}" for name in topics},
        "role_arns": {n: f"arn:aws:iam::{ACCOUNT}:role/luca-{n}" for n in deployment.role_names()},
        "identity": {
            "pool_id": "us-east-1_a",
            "client_id": "c",
            "issuer": "https://i",
            "jwks_url": "https://i/jwks",
        },
        "secret_arns": {n: f"arn:secret:{n}" for n in ("django", "authority", "cognito")},
        "allowed_hosts": ["api.school.example"],
        "lake_workgroup": "luca-lake",
        "lake_database": "luca_lake",
        "authority_url": "https://authority.example",
        "sync_machine_arn": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:luca-govsync",
    }


@pytest.fixture(scope="module")
def told(terraform: Terraform) -> Iterator[dict[str, Any]]:
    """What the module container says, by Terraform's own reckoning."""
    file = terraform.copy / MODULE / "told.auto.tfvars.json"
    file.write_text(json.dumps(given()))
    yield terraform.value(
        MODULE,
        "{ settings = local.settings, of = local.settings_of, secrets = local.secret_settings,"
        " own = local.secrets_of, stop = local.stop_timeouts, containers = local.definitions }",
    )
    file.unlink()


def read_by_the_image() -> set[str]:
    """The variables that settings, gunicorn and the entry points ask for."""
    found: set[str] = set()
    for path in ("luca/settings.py", "luca/gunicorn.py"):
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} if re.fullmatch(r"[A-Z]+_[A-Z_]+", node.value) else set()
    run = (ROOT / "deploy/image/run.sh").read_text()
    found |= set(re.findall(r"\$\{?(LUCA_[A-Z_]+)", run)) - {"LUCA_BIN", "LUCA_SERVICE"}
    return {name for name in found if name.startswith(("LUCA_", "GOVSYNC_", "AWS_"))}


def test_what_is_told_is_read(told: dict[str, Any]) -> None:
    assert set(told["settings"]) - read_by_the_image() - SDK == set()
    assert set(told["secrets"].values()) - read_by_the_image() == set()


def test_nothing_that_production_needs_is_forgotten(told: dict[str, Any]) -> None:
    said = set(told["settings"]) | set(told["secrets"].values())

    assert read_by_the_image() - said == set(LEFT) & read_by_the_image()
    assert not said & set(LEFT)


def test_what_a_home_is_told_aws_is_told_too(told: dict[str, Any]) -> None:
    """The embedded AWS gives its processes the same names, or one of the two has forgotten some."""
    source = (ROOT / "luca/localaws/environment.py").read_text()
    local = set(re.findall(r'"(LUCA_[A-Z_]+)"', source))

    assert local
    assert local - set(told["settings"]) - set(told["secrets"].values()) == set()


@pytest.mark.parametrize("service", ["api", "worker", "consumer", "lake", "manage"])
def test_with_exactly_that_it_starts(told: dict[str, Any], service: str) -> None:
    secrets = {told["secrets"][name]: "s" for name in told["own"][service]}
    names = ["QUEUES", "TOPICS", "LAKE_ENGINE", "GOVSYNC_ENGINE", "PROXIES", "TRACES", "BUCKET"]
    asked = (
        "import json; from luca import settings\n"
        f"print(json.dumps({{name: getattr(settings, name) for name in {names}}}))"
    )

    done = subprocess.run(
        [sys.executable, "-c", asked],
        env={"PATH": os.environ["PATH"], **told["of"][service], **secrets},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    assert all(url.startswith("https://sqs/") for url in read["QUEUES"].values())
    assert all(arn.startswith("arn:aws:sns:") for arn in read["TOPICS"].values())
    assert (read["LAKE_ENGINE"], read["GOVSYNC_ENGINE"]) == ("athena", "stepfunctions")
    assert (read["PROXIES"], read["BUCKET"]) == (2, "x-luca-data")
    assert read["TRACES"] == ("off" if service == "manage" else "xray")


def seconds(path: str, name: str) -> float:
    """A constant of a program, from its text: importing it would bring all that it works with."""
    found = re.search(rf"^{name} = ([\d.]+)", (ROOT / path).read_text(), re.MULTILINE)
    assert found, f"{path} has no {name}"
    return float(found[1])


def test_nobody_is_killed_before_it_has_put_its_work_down(told: dict[str, Any]) -> None:
    stop = told["stop"]

    assert stop["api"] > gunicorn.graceful_timeout
    assert stop["consumer"] > seconds("behavior/consumer/worker.py", "GRACE")
    assert stop["lake"] > seconds("lake/services/writing.py", "DRAIN")
    assert (
        stop["worker"] == 120
    )  # what Fargate allows at most; a task that takes longer comes again


def test_every_container_is_an_entry_point_of_the_image(told: dict[str, Any]) -> None:
    run = (ROOT / "deploy/image/run.sh").read_text()

    for name, container in told["containers"].items():
        assert container["command"][0] == name
        assert re.search(rf"^ +{name}\)", run, re.MULTILINE), name


def test_its_user_is_the_dockerfiles(told: dict[str, Any]) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()

    assert {container["user"] for container in told["containers"].values()} == {"10001"}
    assert "\nUSER 10001\n" in dockerfile
    assert "\nVOLUME /tmp\n" in dockerfile  # or the one place to write would be root's
