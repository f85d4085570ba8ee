"""Statements of IAM wherever they stand: in the files, and in what Terraform made of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

PAGE = ROOT / "docs" / "least-privilege.md"
POLICIES = ROOT / "deploy" / "policies"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Statement:
    where: str  # the file or the kind of resource that carries it
    name: str
    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]

    @classmethod
    def of(cls, where: str, told: Json) -> "Statement":
        # A trust or a queue's own policy may say "not these": that is everything else.
        actions = many(told.get("Action")) or ("*",)
        resources = many(told.get("Resource"))
        name = told.get("Sid") or "nameless"
        return cls(where, name, told["Effect"] == "Allow", actions, resources)

    @property
    def too_many_actions(self) -> list[str]:
        """Whatever allows more than it names; what is refused may be refused widely."""
        return [action for action in self.actions if self.allows and "*" in action]

    @property
    def every_one_of_a_kind(self) -> list[str]:
        """``*``, and ``key/*``: no table, queue or bucket of ours is named."""
        return [one for one in self.resources if self.allows and _names_nothing(one)]


def many(said: Any) -> tuple[str, ...]:
    if said is None:
        return ()
    return (said,) if isinstance(said, str) else tuple(said)


def _names_nothing(resource: str) -> bool:
    if resource == "*":
        return True
    named = resource.split(":", 5)[5]
    return named.rpartition("/")[2] == "*" and named.count("/") == 1 and _is_a_kind(named)


def _is_a_kind(named: str) -> bool:
    """``userpool/*`` is every pool; ``bucket/*`` is every object of one bucket."""
    return named.partition("/")[0] in {"key", "userpool", "role", "table", "stream", "secret"}


def of_files() -> list[Statement]:
    found = []
    for path in sorted(POLICIES.glob("*.json")):
        document = json.loads(path.read_text())
        found += [Statement.of(path.stem, told) for told in document["Statement"]]
    return found


def documents(resources: list[Json]) -> Iterator[tuple[str, str, Json]]:
    """Address, attribute and content of everything in a state that is a policy."""
    for resource in resources:
        for attribute, value in resource["values"].items():
            content = _policy(value)
            if content is not None:
                yield resource["address"], attribute, content


def _policy(value: Any) -> Json | None:
    if not isinstance(value, str) or '"Statement"' not in value:
        return None
    content = json.loads(value)
    return content if isinstance(content, dict) and "Statement" in content else None


def of_documents(found: list[tuple[str, str, Json]]) -> list[Statement]:
    statements: list[Statement] = []
    for address, _, content in found:
        told = content["Statement"]
        where = _holder(address)
        several = [told] if isinstance(told, dict) else told
        statements += [Statement.of(where, one) for one in several]
    return statements


def _holder(address: str) -> str:
    """A role by its short name, anything else by its module and resource."""
    module, _, resource = address.rpartition("module.")[2].partition(".")
    name = resource.partition('["')
    return name[2].removesuffix('"]') if module == "tenant_iam" else f"{module}.{name[0]}"


def explained(page: Path = PAGE) -> dict[tuple[str, str], str]:
    """The tables of docs/least-privilege.md: a statement, who has it, why it is not narrower."""
    rows = [line.strip("| ").split(" | ") for line in page.read_text().splitlines()]
    wanted = [row for row in rows if len(row) == 3 and row[0].startswith("`")]
    return {
        (where.strip("`"), name.strip("`")): why
        for name, everywhere, why in wanted
        for where in everywhere.split(", ")
    }
