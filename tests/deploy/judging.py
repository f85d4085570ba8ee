"""Policies as Terraform rendered them, before another's simulator of IAM (that of the matrix)."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.deploy.emulator import REGION
from tests.deploy.standins.door import ACCOUNT
from tests.isolation import asks, simulator

Json = dict[str, Any]
Context = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Question:
    who: str  # the ARN of a session
    may: Json  # its own policy
    action: str
    resource: str
    context: Context = field(default_factory=dict)
    of_the_thing: Json | None = None  # the thing's own policy, or the role's trust


def allowed(questions: Sequence[Question]) -> list[bool]:
    """One answer for each question; npm.Missing where there is no node."""
    simulator.install()
    known: dict[str, Json] = {}

    def name(document: Json | None) -> str | None:
        if document is None:
            return None
        text = json.dumps(document)
        known.setdefault(text, document)
        return f"document-{list(known).index(text)}"

    entries = [
        [one.who, name(one.may), name(one.of_the_thing), one.action, one.resource, one.context]
        for one in questions
    ]
    told = {"documents": dict(_named(known)), "questions": entries}
    # The simulator's account is that of the matrix; ours is the emulator's.
    content = json.dumps(told).replace(ACCOUNT, asks.ACCOUNT)
    done = subprocess.run(
        ["node", "judge.mjs"],  # noqa: S607 -- wherever the machine has it
        cwd=simulator.BUILD,
        input=content.encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    answers: list[str] = json.loads(done.stdout)
    broken = [answer for answer in answers if answer not in {"A", "D"}]
    assert broken == [], "The simulator cannot judge these."
    return [answer == "A" for answer in answers]


def _named(known: dict[str, Json]) -> list[tuple[str, Json]]:
    return [(f"document-{number}", document) for number, document in enumerate(known.values())]


@dataclass(frozen=True, slots=True)
class Rendered:
    """One environment's policies: what roles may do, who trusts whom, what things let be done."""

    prefix: str
    found: list[tuple[str, str, Json]]  # address, attribute, content

    def may(self, role: str) -> Json:
        return self._of_roles("policy")[role]

    def trust(self, role: str) -> Json:
        return self._of_roles("assume_role_policy")[role]

    def roles(self) -> list[str]:
        return sorted(self._of_roles("policy"))

    def _of_roles(self, attribute: str) -> dict[str, Json]:
        return {
            address.partition('["')[2].removesuffix('"]'): content
            for address, name, content in self.found
            if address.startswith("module.luca.module.tenant_iam.") and name == attribute
        }

    def of_kind(self, kind: str) -> dict[str, Json]:
        """The policies that things have themselves, by address."""
        return {address: content for address, _, content in self.found if f".{kind}." in address}

    @property
    def table(self) -> str:
        return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{self.prefix}luca-platform"

    def session(self, role: str) -> str:
        return f"arn:aws:sts::{ACCOUNT}:assumed-role/{self.prefix}luca-{role}/somebody"

    def arn(self, role: str) -> str:
        return f"arn:aws:iam::{ACCOUNT}:role/{self.prefix}luca-{role}"
