"""deploy/pipeline: what each script asks of docker, AWS and Terraform, and what it refuses.

`docker`, `aws` and `terraform` are stand-ins of ours with a state of their own (`pretend.py`): they
do what these scripts need of the real ones and nothing else, and write down what they were asked.
What the real ones make of it only a deployment shows.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.deploy
ROOT = Path(__file__).parents[2]
PIPELINE = ROOT / "deploy" / "pipeline"
PRETEND = Path(__file__).parent / "pretend.py"
OLD, LAST, NEW = "a" * 40, "b" * 40, "c" * 40
SERVICES = ("api", "worker", "consumer")


@dataclass
class Stage:
    """A folder with the three programs, and what they know."""

    folder: Path

    def __call__(
        self, script: str, *words: str, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PIPELINE / script, *words],
            env={
                "PATH": f"{self.folder}:{os.environ['PATH']}",
                "PRETENDED": str(self.folder / "state.json"),
                "AWS_REGION": "us-east-1",
                "LUCA_STATE_HCL": 'bucket = "x"',
                "LUCA_BIN": str(ROOT / ".venv/bin"),
                **settings,
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def know(self, **state: Any) -> None:
        (self.folder / "state.json").write_text(json.dumps({"asked": [], **state}))

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "state.json").read_text())
        return found

    @property
    def asked(self) -> list[str]:
        return [" ".join(words) for words in self.state["asked"]]

    def runs(self) -> dict[str, str]:
        """Which image each service runs."""
        state = self.state
        return {
            name: state["definitions"][definition] for name, definition in state["services"].items()
        }


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    for name in ("aws", "docker", "terraform"):
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\nexec {sys.executable} {PRETEND} {name} "$@"\n')
        program.chmod(0o755)
    made = Stage(tmp_path)
    made.know()
    return made


def deployed(*images: str, prefix: str = "") -> dict[str, Any]:
    """Services that have run these images one after the other, the last one now."""
    definitions = {
        f"{prefix}luca-{service}:{number}": image
        for service in SERVICES
        for number, image in enumerate(images, start=1)
    }
    services = {
        f"{prefix}luca-{service}": f"{prefix}luca-{service}:{len(images)}" for service in SERVICES
    }
    return {"definitions": definitions, "services": services}


def test_a_roll_back_runs_what_ran_before_on_every_service(stage: Stage) -> None:
    stage.know(**deployed(OLD, LAST, NEW))
    done = stage("rollback.sh", "prod")

    assert done.returncode == 0, done.stderr
    assert set(stage.runs().values()) == {LAST}
    assert "services-stable" in stage.asked[-1]
    assert f"prod runs {LAST} again" in done.stdout


def test_definitions_of_the_same_image_are_no_way_back(stage: Stage) -> None:
    """A setting was changed twice since: the image before is three definitions back."""
    stage.know(**deployed(LAST, NEW, NEW, NEW, prefix="dev-"))

    assert stage("rollback.sh", "dev").returncode == 0
    assert set(stage.state["services"].values()) == {f"dev-luca-{one}:1" for one in SERVICES}


def test_a_roll_back_goes_as_far_as_it_is_told(stage: Stage) -> None:
    stage.know(**deployed(OLD, LAST, NEW, prefix="staging-"))

    assert stage("rollback.sh", "staging", OLD).returncode == 0
    assert set(stage.runs().values()) == {OLD}


def test_where_one_service_cannot_go_back_none_does(stage: Stage) -> None:
    known = deployed(LAST, NEW)
    del known["definitions"]["luca-consumer:1"]
    stage.know(**known)
    done = stage("rollback.sh", "prod")

    assert done.returncode == 66
    assert set(stage.runs().values()) == {NEW}
    assert "nothing was changed" in done.stderr
    assert not any("update-service" in one for one in stage.asked)


def test_services_that_were_deployed_apart_go_back_to_one_image(stage: Stage) -> None:
    known = deployed(OLD, LAST, NEW)
    known["definitions"]["luca-worker:2"] = NEW  # it never ran the last one
    stage.know(**known)

    assert stage("rollback.sh", "prod").returncode == 66
    assert set(stage.runs().values()) == {NEW}


def test_an_image_is_pushed_to_its_environment_s_repository(stage: Stage) -> None:
    done = stage("push.sh", "staging", NEW)

    assert done.returncode == 0, done.stderr
    where = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/staging-luca-image:{NEW}"
    assert stage.state["pushed"] == [where]
    assert f"staging-luca-image:{NEW} is sha256:" in done.stdout


def test_what_is_there_is_not_pushed_again(stage: Stage) -> None:
    stage.know(pushed=[f"123456789012.dkr.ecr.us-east-1.amazonaws.com/luca-image:{NEW}"])
    done = stage("push.sh", "prod", NEW)

    assert done.returncode == 0
    assert not any(one.startswith("docker") for one in stage.asked)


def test_a_plan_asks_for_no_secret_and_shows_what_would_change(stage: Stage) -> None:
    stage.know(changes=[{"type": "aws_sqs_queue", "actions": ["create"]}])
    done = stage("plan.sh", "dev", NEW)

    assert done.returncode == 0, done.stderr
    plan = next(one for one in stage.asked if " plan " in one)
    assert "-refresh=false" in plan
    assert "-lock=false" in plan
    assert done.stdout.startswith("**dev**: an apply would change this.")
    assert not any(" apply " in one for one in stage.asked)
    assert stage.state["planned"] == NEW


def test_a_plan_without_changes_says_so_and_a_failed_one_fails(stage: Stage) -> None:
    assert stage("plan.sh", "dev", NEW).stdout == "**dev**: nothing changes.\n"
    stage.know(broken=True)
    done = stage("plan.sh", "dev", NEW)

    assert done.returncode == 1
    assert "the plan for dev failed" in done.stderr


def test_an_apply_waits_until_the_new_image_runs_and_says_where(
    stage: Stage, tmp_path: Path
) -> None:
    stage.know(**deployed(LAST), changes=[{"type": "aws_ecs_service", "actions": ["update"]}])
    done = stage("apply.sh", "prod", NEW, GITHUB_OUTPUT=str(tmp_path / "output"))

    assert done.returncode == 0, done.stderr
    assert set(stage.runs().values()) == {NEW}
    assert (tmp_path / "output").read_text() == "url=https://luca.example\n"
    applied = next(one for one in stage.asked if " apply " in one)
    assert "-auto-approve" not in applied  # what was planned is applied, and nothing else


@pytest.mark.parametrize("actions", [["delete"], ["delete", "create"], ["create", "delete"]])
def test_an_apply_that_would_lose_data_stops_before_it(stage: Stage, actions: list[str]) -> None:
    losing = [{"type": "aws_dynamodb_table", "actions": actions}]
    stage.know(**deployed(LAST), changes=losing)
    done = stage("apply.sh", "prod", NEW)

    assert done.returncode == 65
    assert "delete what holds data: module.luca.aws_dynamodb_table.this" in done.stderr
    assert not any(" apply " in one for one in stage.asked)
    assert stage("apply.sh", "prod", NEW, LUCA_MAY_DELETE="1").returncode == 0


def test_an_apply_after_which_ecs_went_back_by_itself_has_failed(stage: Stage) -> None:
    stage.know(**deployed(LAST), changes=[], goes_back=True)
    done = stage("apply.sh", "prod", NEW)

    assert done.returncode == 70
    assert f"runs {LAST} and not {NEW}: ECS has gone back by itself" in done.stderr


@pytest.mark.parametrize("script", ["push.sh", "plan.sh", "apply.sh"])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "usage"),
        (["prod"], "usage"),
        (["production", NEW], "no environment is called 'production'"),
        (["prod", "latest"], "'latest' is no commit"),
        (["prod", "$(reboot)"], "is no commit"),
    ],
)
def test_words_that_make_no_sense_reach_nobody(
    stage: Stage, script: str, words: list[str], said: str
) -> None:
    done = stage(script, *words)

    assert done.returncode == 64
    assert said in done.stderr
    assert stage.asked == []


def test_without_the_account_s_own_three_lines_nothing_is_planned(stage: Stage) -> None:
    if (ROOT / "deploy/state.hcl").exists():
        pytest.skip("this machine deploys: deploy/state.hcl is there")
    done = stage("plan.sh", "dev", NEW, LUCA_STATE_HCL="")

    assert done.returncode == 66
    assert "bootstrap's output state_hcl" in done.stderr


def test_the_names_are_those_of_terraform() -> None:
    """The cluster, the services and the repository are called so in deploy/modules/documents."""
    common = (PIPELINE / "common.sh").read_text()
    for env, prefix in (("dev", "dev-"), ("staging", "staging-"), ("prod", "")):
        main = (ROOT / f"deploy/envs/{env}/main.tf").read_text()
        assert f'prefix              = "{prefix}"' in main or f'= "{prefix}"' in main
    assert 'cluster="${prefix}luca"' in common
    assert 'repository="${prefix}luca-image"' in common
