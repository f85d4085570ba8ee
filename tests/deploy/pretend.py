"""STAND-INS for `aws`, `docker` and `terraform`, for the tests of deploy/pipeline alone.

They keep a state in a file, as far as the scripts look at it, and write down what they are asked.
"""

import fcntl
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = Path(os.environ["PRETENDED"])
ACCOUNT, DIGEST = "123456789012", "sha256:" + "0" * 64
PASSWORD = "a-password"
State = dict[str, Any]


def after(words: list[str], option: str) -> str:
    return words[words.index(option) + 1]


def ecs(words: list[str], state: State) -> str:
    services, definitions = state.get("services", {}), state.get("definitions", {})
    act = words[1]
    if act == "describe-services":
        found = services.get(after(words, "--services"))
        query = after(words, "--query")
        if query == "services[0].taskDefinition":
            return str(found)
        status = "ACTIVE" if found else "None"
        return f"{status}\t{found}" if "taskDefinition" in query else status
    if act == "describe-task-definition":
        name = after(words, "--task-definition")
        if name not in definitions:
            sys.exit(254)
        return f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/luca-image:{definitions[name]}"
    if act == "update-service":
        name = after(words, "--task-definition")
        if name not in definitions:
            sys.exit(254)
        services[after(words, "--service")] = name
    return "{}"


def ecr(words: list[str], state: State) -> str:
    if words[1] == "describe-images":
        tag = after(words, "--image-ids").removeprefix("imageTag=")
        name = f"/{after(words, '--repository-name')}:{tag}"
        if not any(one.endswith(name) for one in state.get("pushed", [])):
            sys.exit(254)
        return DIGEST
    return PASSWORD


def aws(words: list[str], state: State) -> str:
    services: dict[str, Callable[[list[str], State], str]] = {"ecs": ecs, "ecr": ecr}
    if words[0] == "sts":
        return ACCOUNT
    return services[words[0]](words, state)


def docker(words: list[str], state: State) -> str:
    if words[0] == "push":
        state.setdefault("pushed", []).append(words[-1])
    return ""


def planned(words: list[str], state: State) -> str:
    if state.get("broken"):
        sys.exit(1)
    state["planned"] = os.environ.get("TF_VAR_image_tag")  # noqa: SIM112 -- Terraform's own way
    if state.get("changes") and "-detailed-exitcode" in words:
        state["exit"] = 2
    return "what a plan says on its way"


def applied(_words: list[str], state: State) -> str:
    for service in [] if state.get("goes_back") else list(state.get("services", {})):
        name = f"{service}:99"
        state["definitions"][name] = state["planned"]
        state["services"][service] = name
    return ""


def terraform(words: list[str], state: State) -> str:
    act = words[1]
    acts: dict[str, Callable[[list[str], State], str]] = {"plan": planned, "apply": applied}
    if act in acts:
        return acts[act](words, state)
    if act == "show":
        return _shown(words, state.get("changes", []))
    addresses = {"url": "https://luca.example", "api_url": "http://inside.example"}
    return json.dumps(addresses) if act == "output" else ""


def _shown(words: list[str], changes: list[dict[str, Any]]) -> str:
    if "-json" not in words:
        return "what would change"
    found = [
        {
            "address": f"module.luca.{one['type']}.this",
            "type": one["type"],
            "change": {"actions": one["actions"]},
        }
        for one in changes
    ]
    return json.dumps({"resource_changes": found})


def main() -> int:
    if "--password-stdin" in sys.argv:  # before the lock, which whoever writes it takes first
        assert sys.stdin.read() == PASSWORD + "\n"
    lock = FILE.with_suffix(".lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)  # two of them stand in one pipe
    state: State = json.loads(FILE.read_text())
    name, *words = sys.argv[1:]
    state["asked"].append([name, *words])
    FILE.write_text(json.dumps(state))
    programs = {"aws": aws, "docker": docker, "terraform": terraform}
    said = programs[name](words, state)
    code = state.pop("exit", 0)
    FILE.write_text(json.dumps(state))
    if said:
        sys.stdout.write(said + "\n")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
