"""The workflows: what GitHub takes, nothing dangerous, and no more than our own scripts."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.deploy
ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
SCRIPTS = [
    *sorted((ROOT / "deploy").rglob("*.sh")),
    *sorted((ROOT / "deploy").glob("*.sh")),
]
OURS = re.compile(
    r"make (venv|check|audit|test|test-slow|isolation)"
    r"|deploy/(pipeline|function)/[a-z]+\.sh"
    r"( \"\$[A-Za-z]+\"| [a-z/-]+\.zip| \$\{COMMIT:\+\"\$COMMIT\"\})*"
    r"|sudo sh deploy/local/chromium\.sh"
    r"|for each in dev staging prod; do deploy/pipeline/push\.sh \"\$each\" \"\$COMMIT\"; done"
)


def run(*argv: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)


def jobs() -> dict[str, dict[str, Any]]:
    return {
        f"{path.stem}.{name}": job
        for path in WORKFLOWS
        for name, job in yaml.safe_load(path.read_text())["jobs"].items()
    }


def test_github_takes_them() -> None:
    schema = ["--builtin-schema", "vendor.github-workflows"]
    done = run(BIN / "check-jsonschema", *schema, *WORKFLOWS)
    assert done.returncode == 0, done.stdout

    schema = ["--builtin-schema", "vendor.dependabot"]
    done = run(BIN / "check-jsonschema", *schema, ".github/dependabot.yml")
    assert done.returncode == 0, done.stdout


def test_nothing_in_them_is_dangerous() -> None:
    """Actions that may move, words of strangers in a shell, tokens left lying about."""
    done = run(BIN / "zizmor", "--offline", "--no-progress", "--quiet", ".github")

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_script_has_no_fault_that_shellcheck_knows(script: Path) -> None:
    done = run(BIN / "shellcheck", "--external-sources", "--source-path=SCRIPTDIR", script)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", jobs())
def test_a_job_only_calls_what_everybody_can_call(name: str) -> None:
    for step in jobs()[name].get("steps", []):
        for part in step.get("run", "").split("&&"):
            command = part.partition(" #")[0].strip()
            assert not command or OURS.fullmatch(command), command


@pytest.mark.parametrize("name", jobs())
def test_a_job_s_scripts_are_there(name: str) -> None:
    for step in jobs()[name].get("steps", []):
        for script in re.findall(r"deploy/[a-z/]+\.sh", step.get("run", "")):
            assert (ROOT / script).exists(), script


def test_a_token_of_github_is_asked_for_where_a_role_is_taken_and_nowhere_else() -> None:
    for name, job in jobs().items():
        takes = any(
            step.get("uses", "").startswith("aws-actions/") for step in job.get("steps", [])
        )
        calls = "uses" in job  # another workflow, which has no more than its caller
        assert ("id-token" in job["permissions"]) is (takes or calls), name


def test_the_roles_are_those_that_bootstrap_makes() -> None:
    text = "".join(path.read_text() for path in WORKFLOWS)
    used = set(re.findall(r":role/([a-z-]+)", text))
    made = (ROOT / "deploy/bootstrap/ci.tf").read_text()
    prefix = re.search(r'name +?= "([a-z-]+)\$\{each\.key\}"', made)
    assert prefix is not None

    assert used == {f"{prefix[1]}{role}" for role in ("plan-", "build", "apply-")}


def test_production_comes_after_staging_comes_after_dev_comes_after_every_test() -> None:
    found = jobs()

    assert found["luca.prod"]["needs"] == "plan-prod"
    assert found["luca.plan-prod"]["needs"] == "staging"
    assert found["luca.staging"]["needs"] == "dev"
    assert set(found["luca.dev"]["needs"]) == {"image", "test-slow"}
    assert set(found["luca.image"]["needs"]) == {"check", "test"}
    for env in ("dev", "staging", "prod"):
        assert found[f"luca.{env}"]["with"]["environment"] == env
    assert found["deploy.deploy"]["environment"] == "${{ inputs.environment }}"


def test_a_pull_request_plans_where_bootstrap_lets_it_and_not_production() -> None:
    """Its state holds a secret, and nobody has read yet what a pull request runs."""
    planned = jobs()["luca.plan"]["strategy"]["matrix"]["environment"]
    environments = (ROOT / "deploy/bootstrap/variables.tf").read_text(encoding="utf-8")
    let = re.findall(
        r"^ +(\w+) += \{ prefix.*planned_before_merge = true", environments, re.MULTILINE
    )

    assert planned == let == ["dev", "staging"]
    assert jobs()["luca.plan-prod"]["with"]["environment"] == "prod"
    before = jobs()["luca.dev"]  # plan-prod stands behind it
    assert "github.ref == 'refs/heads/main'" in before["if"]


def test_every_environment_on_github_is_to_take_main_alone() -> None:
    """The trust of a role names the environment; which branch that takes, only GitHub knows."""
    said = (ROOT / "docs/pipeline.md").read_text(encoding="utf-8")
    (rule,) = (line for line in said.splitlines() if "*deployment branches: main*" in line)

    assert rule.startswith("* environments `dev`, `staging`, `prod`, **each** with")


def test_every_variable_of_an_environment_is_given_to_its_jobs() -> None:
    for job in ("plan.plan", "deploy.deploy"):
        given = {name.removeprefix("TF_VAR_") for name in jobs()[job]["env"]}
        for file in (ROOT / "deploy/envs").glob("*/variables.tf"):
            asked = set(re.findall(r'^variable "(\w+)"', file.read_text(), re.MULTILINE))
            assert asked - given == {"image_tag"}, file  # which the scripts give it


def test_the_workflow_s_terraform_is_one_that_the_modules_take() -> None:
    for path in WORKFLOWS:
        for version in re.findall(r"terraform_version: ([0-9.]+)", path.read_text()):
            assert tuple(map(int, version.split("."))) >= (1, 11)
