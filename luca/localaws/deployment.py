"""deploy/*.json as the embedded AWS reads it: names, keys, policies, and who trusts whom."""

import json
import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from luca.localaws import policy

DEPLOY = Path(__file__).parents[2] / "deploy"
ACCOUNT = "000000000000"
REGION = "us-east-1"  # where kombu signs unless it is told otherwise
ROLE_PREFIX = "luca-"

_ROLE = re.compile(rf"arn:aws:iam::{ACCOUNT}:role/{ROLE_PREFIX}([a-z][a-z0-9-]*)")


@dataclass(frozen=True, slots=True)
class Role:
    identity: tuple[policy.Statement, ...]
    trust: tuple[policy.Statement, ...]


class Deployment:
    """One deploy directory. Policies are read again when their files change, the rest is not."""

    def __init__(self, directory: Path = DEPLOY) -> None:
        self.directory = directory
        self.policies = str(directory / "policies")
        self._roles: dict[str, tuple[tuple[tuple[int, int], ...], Role]] = {}

    @cached_property
    def table(self) -> dict[str, Any]:
        return self.read("table.json")

    @cached_property
    def queues(self) -> dict[str, Any]:
        return self.read("queues.json")

    @cached_property
    def buckets(self) -> dict[str, Any]:
        return self.read("buckets.json")

    @cached_property
    def topics(self) -> dict[str, Any]:
        return self.read("topics.json")

    @cached_property
    def identity(self) -> dict[str, Any]:
        return self.read("identity.json")

    @property
    def machines(self) -> dict[str, str]:
        """Name and definition of every state machine."""
        found = sorted((self.directory / "asl").glob("*.asl.json"))
        return {
            ROLE_PREFIX + path.name.removesuffix(".asl.json"): self.text(path) for path in found
        }

    def key_of(self, index: str | None) -> str:
        """The attribute that an index, or the table, is partitioned by."""
        entry = self.table if index is None else self.table["indexes"][index]
        return str(entry["hash_key"])

    @cached_property
    def index_keys(self) -> frozenset[str]:
        return frozenset(self.key_of(index) for index in self.table["indexes"])

    def role_names(self) -> list[str]:
        """Short names: a role is what has both a policy and a trust file."""
        folder = Path(self.policies)
        trusts = (path.stem.removeprefix("trust-") for path in folder.glob("trust-*.json"))
        return sorted(name for name in trusts if (folder / f"{name}.json").exists())

    def role_name(self, arn: str) -> str | None:
        """The short name of a role that these files define."""
        found = _ROLE.fullmatch(arn)
        return found[1] if found and found[1] in self.role_names() else None

    def role(self, name: str) -> Role:
        """A role's policies as the files say at this moment."""
        paths = self.policy_paths(name)
        seen = tuple((s.st_mtime_ns, s.st_size) for s in map(os.stat, paths))
        known = self._roles.get(name)
        if known is not None and known[0] == seen:
            return known[1]
        identity, trust = (json.loads(self.text(Path(path))) for path in paths)
        role = Role(policy.parse(identity), policy.parse_trust(trust))
        self._roles[name] = seen, role
        return role

    def policy_paths(self, name: str) -> tuple[str, str]:
        """As texts: every request asks, and a Path takes longer to make than a file to stat."""
        return f"{self.policies}/{name}.json", f"{self.policies}/trust-{name}.json"

    def read(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.text(self.directory / name))
        return content

    @staticmethod
    def text(path: Path) -> str:
        """A file with its placeholders filled, as Terraform fills them."""
        text = path.read_text(encoding="utf-8")
        return text.replace("${Region}", REGION).replace("${AccountId}", ACCOUNT)


def role_arn(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{ROLE_PREFIX}{name}"


def topic_arn(name: str) -> str:
    return f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"


def machine_arn(name: str) -> str:
    return f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{ROLE_PREFIX}{name}"


def short(role: str) -> str:
    """``luca-api`` and ``api`` name the same role."""
    return role.removeprefix(ROLE_PREFIX)
