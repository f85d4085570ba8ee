"""The second judge: an independent simulator of IAM, written by others, asked in rounds.

It is licensed under the AGPL and used as a tool: our script installs the pinned version into
``build/`` and talks to it through a pipe. Without node this judge cannot sit, and we say so loudly.
"""

import hashlib
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from luca.kernel.iterate import chunks
from tests import npm
from tests.isolation.asks import ACCOUNT, REGION, Ask, Question
from tests.isolation.principals import Principal

HERE = Path(__file__).parent / "simulator"
BUILD = npm.ROOT / "build" / "iam-simulate"
ALLOWED, DENIED, UNKNOWN = "A", "D", "U"
# In the resource of a question the simulator reads * and ? as patterns; a path may contain them.
STAND_INS = str.maketrans({"*": "\N{ASTERISK OPERATOR}", "?": "\N{FULLWIDTH QUESTION MARK}"})

Document = dict[str, Any]

KEY_POLICY: Document = {  # AWS's default: a key leaves it to the account's identity policies
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "kms:*",
        "Resource": "*",
    },
}


def install() -> None:
    """Bring ``build/`` to the versions of the lock file; npm.Missing where there is no node."""
    npm.installed(HERE, BUILD.name)


class Policies:
    """The documents of one deployment, with placeholders filled, by file."""

    def __init__(self, deploy: Path) -> None:
        self.documents: dict[str, Document] = {}
        self.names: dict[str, str] = {}  # one for each text, so that equal documents share answers
        for path in sorted((deploy / "policies").glob("*.json")):
            text = path.read_text().replace("${Region}", REGION).replace("${AccountId}", ACCOUNT)
            self._add(path.stem, json.loads(text))
        self._add("trust-kms-key", KEY_POLICY)

    def _add(self, file: str, document: Document) -> None:
        digest = hashlib.sha256(json.dumps(document).encode()).hexdigest()
        self.documents[file] = document
        self.names[file] = f"{file}-{digest[:16]}"


class Simulator:
    """Collects questions, asks each once, remembers the answers."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.numbers: dict[str, int] = {}
        self.answers: list[str] = []

    def put(self, who: Principal, ask: Ask, policies: Policies) -> tuple[int, ...]:
        """Note all questions of a cell; ``said`` will take what is returned here."""
        return tuple(self._put(who, question, policies) for question in ask.questions)

    def run(self) -> None:
        """Ask whatever has been put since the last run, on all cores."""
        questions = [json.loads(text) for text in self.numbers][len(self.answers) :]
        cores = os.cpu_count() or 1
        size = len(questions) // cores + 1
        with ThreadPoolExecutor(cores) as pool:
            for answers in pool.map(self._judged, chunks(questions, size)):
                self.answers += answers
        failed = next((text for text in self.answers if text.startswith("E")), None)
        if failed is not None:
            raise RuntimeError(f"The simulator cannot judge a question: {failed}")

    def _judged(self, questions: Sequence[Any]) -> list[str]:
        """Answers of one process, in the order of the questions."""
        content = json.dumps({"documents": self.documents, "questions": questions})
        done = subprocess.run(
            ["node", "judge.mjs"],  # noqa: S607 -- wherever the machine has it
            cwd=BUILD,
            input=content.encode(),
            stdout=subprocess.PIPE,
            check=True,
        )
        return list(json.loads(done.stdout))

    def said(self, numbers: Sequence[int]) -> str:
        """A cell is allowed when all its questions are; what nobody knows is no permission."""
        return ALLOWED if all(self.answers[n] == ALLOWED for n in numbers) else DENIED

    @property
    def unknown(self) -> list[str]:
        """Actions of the SDK that the simulator's data does not know."""
        known = zip(self.numbers, self.answers, strict=True)
        return sorted({json.loads(text)[3] for text, answer in known if answer == UNKNOWN})

    def _put(self, who: Principal, question: Question, policies: Policies) -> int:
        entry = [
            who.arn if who.role else None,
            self._document(policies, who.role, bare=question.bare),
            self._document(policies, question.trust and f"trust-{question.trust}"),
            question.action,
            *_resource_and_context(who, question),
        ]
        return self.numbers.setdefault(json.dumps(entry, sort_keys=True), len(self.numbers))

    def _document(self, policies: Policies, file: str, *, bare: bool = False) -> str | None:
        if file not in policies.documents:
            return None
        name, document = policies.names[file], policies.documents[file]
        if bare:
            name, document = f"{name}-bare", _bare(document)
        self.documents[name] = document
        return name


def _bare(document: Document) -> Document:
    """A policy as if every condition of it held."""
    statements = [
        {key: value for key, value in statement.items() if key != "Condition"}
        for statement in document["Statement"]
    ]
    return {**document, "Statement": statements}


def _resource_and_context(who: Principal, question: Question) -> tuple[str, Mapping[str, Any]]:
    tags = {f"aws:PrincipalTag/{key}": value for key, value in who.tags.items()}
    resource = question.resource
    if resource != "*" and resource != resource.translate(STAND_INS):
        tags = {key: value.translate(STAND_INS) for key, value in tags.items()}
        resource = resource.translate(STAND_INS)
    return resource, {**tags, **question.context}
