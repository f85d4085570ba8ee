"""Every machine in deploy/asl, before three judges of others; and each judge against errors."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import npm

HERE = Path(__file__).parent
DEPLOYED = sorted((HERE.parents[1] / "deploy" / "asl").glob("*.json"))
BIN = Path(sys.executable).parent
Judge = Callable[[Path], str]


def statelint(file: Path) -> str:
    """What statelint says; nothing when all is well."""
    found = subprocess.run([BIN / "statelint", file], capture_output=True, text=True, check=False)
    return "" if found.returncode == 0 and not found.stdout.strip() else found.stdout + found.stderr


def asl_validator(file: Path) -> str:
    try:
        build = npm.installed(HERE, "asl-validator")
    except npm.Missing as missing:
        pytest.skip(f"asl-validator cannot judge: {missing}")
    command = ["node", "validate.mjs", str(file)]
    found = subprocess.run(command, cwd=build, capture_output=True, text=True, check=True)
    said = json.loads(found.stdout)
    return "" if said["valid"] else json.dumps(said["errors"])


def cfn_lint(file: Path) -> str:
    """Judge it as CloudFormation would be given it: inside a template."""
    substitutions = {"AccountId": "123456789012", "Region": "us-east-1"}
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "RoleArn": "arn:aws:iam::123456789012:role/luca-machine",
            "Definition": json.loads(file.read_text()),
            "DefinitionSubstitutions": substitutions,
        },
    }
    template = file.with_name(f"{file.stem}.template.json")
    template.write_text(
        json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Machine": machine}})
    )
    command = [str(BIN / "cfn-lint"), "--format", "parseable", str(template)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout + found.stderr


JUDGES = [statelint, asl_validator, cfn_lint]


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("path", DEPLOYED, ids=lambda path: path.name)
def test_each_deployed_machine_is_valid(path: Path, judge: Judge, tmp_path: Path) -> None:
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())

    assert judge(copy).strip() == ""


def _first_task(raw: dict[str, Any]) -> dict[str, Any]:
    return next(state for state in raw["States"].values() if state["Type"] == "Task")


def unknown_type(raw: dict[str, Any]) -> None:
    _first_task(raw)["Type"] = "Chore"


def no_way_on(raw: dict[str, Any]) -> None:
    del _first_task(raw)["Next"]


def no_resource(raw: dict[str, Any]) -> None:
    del _first_task(raw)["Resource"]


def retries_as_text(raw: dict[str, Any]) -> None:
    _first_task(raw)["Retry"] = [{"ErrorEquals": ["E"], "MaxAttempts": "many"}]


def nowhere(raw: dict[str, Any]) -> None:
    _first_task(raw)["Next"] = "Nowhere"


SEEDED = [
    (statelint, [unknown_type, no_way_on, retries_as_text, nowhere]),
    (asl_validator, [unknown_type, no_way_on, no_resource, retries_as_text, nowhere]),
    (cfn_lint, [unknown_type, no_resource, retries_as_text]),
]


@pytest.mark.parametrize(
    ("judge", "spoil"), [(judge, spoil) for judge, errors in SEEDED for spoil in errors]
)
def test_each_judge_finds_the_errors_that_it_is_there_for(
    judge: Judge, spoil: Callable[[dict[str, Any]], None], tmp_path: Path
) -> None:
    raw = json.loads(DEPLOYED[0].read_text())
    spoil(raw)
    copy = tmp_path / "spoilt.asl.json"
    copy.write_text(json.dumps(raw))

    assert judge(copy).strip() != ""
