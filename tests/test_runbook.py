"""Every command that the runbooks and the two READMEs show exists, with these options."""

import re
import shlex
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from django.core.management import get_commands, load_command_class
from django.core.management.base import CommandError

ROOT = Path(__file__).parent.parent
RUNBOOK, SPANISH = ROOT / "docs/runbook.md", ROOT / "docs/es/runbook.md"
REGION_LOSS = ROOT / "docs/region-loss.md"
README, LEEME = ROOT / "README.md", ROOT / "README.es.md"
BLOCK = re.compile(r"^```(?:sh)?\n(.*?)^```", re.DOTALL | re.MULTILINE)
SUBSTITUTION = re.compile(r"\$\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
# What the CLI adds to every call, or replaces.
GLOBAL = {"query", "output", "region", "no-cli-pager", "profile", "max-items"}
TOOLS = {"cp", "jq", "curl", "docker", "rm", "git", "python3", "date"}
SPELLED = {"s3api": "s3"}
CUSTOM = {  # commands of the CLI that are no call
    ("s3", "ls"): {"recursive"},
    ("s3", "cp"): {"recursive"},
    ("s3", "sync"): {"source-region", "exclude"},
    ("ecr", "get-login-password"): set(),
}


def blocks(page: Path) -> list[str]:
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def commands(page: Path) -> list[str]:
    """The commands of a page, those inside of others too."""
    found = []
    for block in blocks(page):
        for line in block.replace("\\\n", " ").splitlines():
            inner = SUBSTITUTION.findall(line)
            for one in [SUBSTITUTION.sub("x", line), *inner]:
                for part in re.split(r" (?:\||&&) ", one):
                    words = shlex.split(part, comments=True)
                    if words and words[0] == "export":
                        continue
                    if words:
                        found.append(shlex.join(words))
    return found


@cache
def service(name: str) -> Any:
    return botocore.session.get_session().get_service_model(name)


@cache
def waiters(name: str) -> Any:
    return botocore.session.get_session().get_waiter_model(name)


def options(words: list[str]) -> set[str]:
    return {word[2:].partition("=")[0] for word in words if word.startswith("--")}


def check_aws(words: list[str]) -> None:
    name, act, rest = words[0], words[1], words[2:]
    name = SPELLED.get(name, name)
    given = options(rest) - GLOBAL
    if (name, act) in CUSTOM:
        assert given <= CUSTOM[name, act]
        return
    if act == "wait":
        known = {xform_name(one, "-"): one for one in waiters(name).waiter_names}
        operation = waiters(name).get_waiter(known[rest[0]]).operation
    else:
        operations = {xform_name(one, "-"): one for one in service(name).operation_names}
        assert act in operations, f"aws {name} has no {act}"
        operation = operations[act]
    shape = service(name).operation_model(operation).input_shape
    members = {} if shape is None else shape.members
    spelled = {xform_name(one, "-"): one for one in members}
    spelled |= {
        f"no-{one}": member
        for one, member in spelled.items()
        if members[member].type_name == "boolean"
    }
    assert given <= spelled.keys(), f"aws {name} {act} has no {given - spelled.keys()}"
    required = set() if shape is None else set(shape.required_members)
    assert required <= {spelled[one] for one in given}, f"aws {name} {act} wants more"


def check_manage(words: list[str]) -> None:
    assert words[0] in get_commands(), f"there is no command {words[0]}"
    command = load_command_class(get_commands()[words[0]], words[0])
    command.create_parser("manage.py", words[0]).parse_args(words[1:])


def check_terraform(words: list[str]) -> None:
    folder = next((one.partition("=")[2] for one in words if one.startswith("-chdir=")), ".")
    assert (ROOT / folder).is_dir()
    act = next(one for one in words if not one.startswith("-"))
    assert act in {"init", "plan", "apply", "output", "destroy"}
    for one in words:
        if one.startswith("-target="):
            text = "".join(path.read_text() for path in (ROOT / "deploy/stacks/luca").glob("*.tf"))
            assert f'module "{one.rpartition(".")[2]}"' in text
    for name, given in pairwise(words):
        if name == "-var":
            variables = "".join(path.read_text() for path in (ROOT / folder).glob("*.tf"))
            assert f'variable "{given.partition("=")[0]}"' in variables


def check_make(words: list[str]) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {one for one in words if "=" not in one} <= set(targets)


def check_manage_sh(words: list[str]) -> None:
    """Also what the script itself refuses, because it takes or leaves files."""
    assert words[0] in {"dev", "staging", "prod"}
    text = (ROOT / "deploy/manage.sh").read_text()
    case = re.search(rf"^    (?:\S.*\| )?{words[1]}(?: \|.*)?\)(.*)$", text, re.MULTILINE)
    assert case, f"manage.sh knows no {words[1]}"
    assert not case[1].strip().startswith("elsewhere"), f"manage.sh does not run {words[1]}"
    # What is sealed gets its folder from the script.
    folder = ["--out", "x"] if words[1] in {"export_person", "erase_person"} else []
    check_manage([*words[1:], *folder])


def check_python(words: list[str]) -> None:
    assert words[0] == "manage.py"
    check_manage(words[1:])


def check_script(words: list[str]) -> None:
    assert (ROOT / words[0]).is_file(), words[0]
    assert "bash" not in (ROOT / words[0]).read_text().partition("\n")[0], "it is not for sh"


def check_pipeline(name: str, words: list[str]) -> None:
    """The second word of its usage says how many it takes."""
    text = (ROOT / name).read_text()
    usage = re.search(rf"^#   {name}(.*?)(?:   .*)?$", text, re.MULTILINE)
    assert usage, f"{name} does not say how it is used"
    takes = usage[1].split()
    least = [one for one in takes if not one.startswith("[")]
    assert len(least) <= len(words) <= len(takes)
    if takes and takes[0] == "dev|staging|prod":
        assert words[0] in takes[0].split("|")


CHECKS = {
    ".venv/bin/python": check_python,
    "aws": check_aws,
    "deploy/manage.sh": check_manage_sh,
    "make": check_make,
    "sh": check_script,
    "terraform": check_terraform,
}


def check(command: str) -> None:
    words = shlex.split(command)
    while "=" in words[0] and not words[0].startswith("-"):
        words = words[1:]  # a variable for this command alone
    if words[0].startswith(("deploy/pipeline/", "deploy/function/")):
        check_pipeline(words[0], words[1:])
    elif words[0] in CHECKS:
        CHECKS[words[0]](words[1:])
    else:
        assert words[0] in TOOLS, f"the runbook uses {words[0]}"


@pytest.mark.parametrize(
    "command",
    sorted({*commands(RUNBOOK), *commands(README), *commands(REGION_LOSS)}),
)
def test_every_command_exists(command: str) -> None:
    check(command)


@pytest.mark.parametrize(
    "command",
    [
        "aws dynamodb restore-table --table-name x",
        "aws dynamodb describe-table --table x",
        "aws dynamodb describe-table",
        "aws ecs wait services-happy --cluster luca",
        "deploy/manage.sh prod create_user ada@x.mx --school north --person p --group teacher",
        "deploy/manage.sh prod behavior status --color",
        "deploy/manage.sh live list_schools",
        ".venv/bin/python manage.py integrator renew x --school north",
        "terraform -chdir=deploy/envs/live apply",
        "terraform -chdir=deploy/envs/prod apply -target=module.luca.module.nothing",
        "make everything",
        "sh deploy/nothing.sh",
        "sh deploy/function/build.sh",
        "deploy/function/build.sh",
        "deploy/pipeline/push.sh prod",
        "deploy/pipeline/push.sh live abc1234",
        "kubectl get pods",
    ],
)
def test_a_command_that_does_not_exist_would_be_noticed(command: str) -> None:
    with pytest.raises((AssertionError, CommandError, KeyError)):
        check(command)


@pytest.mark.parametrize(("english", "spanish"), [(RUNBOOK, SPANISH), (README, LEEME)])
def test_both_languages_show_the_same_commands(english: Path, spanish: Path) -> None:
    """Comments are in the page's own language."""
    assert len(commands(english)) > 5
    assert commands(english) == commands(spanish)
    assert english.read_text().count("\n#") == spanish.read_text().count("\n#")


@pytest.mark.parametrize("page", [RUNBOOK, SPANISH, README, LEEME, REGION_LOSS])
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).resolve().exists(), target


@pytest.mark.parametrize(("page", "other"), [(RUNBOOK, SPANISH), (README, LEEME)])
def test_the_two_languages_name_each_other(page: Path, other: Path) -> None:
    assert other.name in page.read_text(encoding="utf-8")
    assert page.name in other.read_text(encoding="utf-8")
