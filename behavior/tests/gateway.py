"""API Gateway without AWS: its variables, and two engines of Velocity templates, by others.

`airspeed-ext` is LocalStack's, for this very service; `velocityjs` runs where node is present.
Neither is Velocity itself: what only one of them understands our templates spell otherwise.
"""

from __future__ import annotations

import base64
import json
import subprocess
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote_plus
from uuid import uuid4

from airspeed import Template

from luca.kernel import clock
from tests import npm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HERE = Path(__file__).parent
DEPLOY = HERE.parents[1] / "deploy"


class BadRequest(Exception):
    """API Gateway answers 400 by itself: what came is not JSON."""


@dataclass(frozen=True)
class Request:
    """What API Gateway knows of a request whose token it has verified."""

    body: bytes
    claims: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    id: str = field(default_factory=lambda: str(uuid4()))
    at: int = field(default_factory=lambda: round(clock.now().timestamp() * 1000))

    @property
    def context(self) -> dict[str, Any]:
        """`$context`: a name that it does not have renders as nothing."""
        return {
            "requestId": self.id,
            "requestTimeEpoch": self.at,
            "authorizer": {"claims": dict(self.claims)},
            "requestOverride": {"path": {}, "querystring": {}, "header": {}},
            "responseOverride": {"header": {}},
        }


@dataclass(frozen=True)
class Scene:
    """The values of the variables that a template sees."""

    context: dict[str, Any]
    json: str
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rendered:
    text: str
    context: dict[str, Any]  # with the overrides that the template has set


def rewritten(body: bytes) -> str:
    """What `$input.json('$')` returns: the body, read and written anew."""
    try:
        found = json.loads(body, parse_constant=_no_constant)
    except ValueError as error:
        raise BadRequest from error
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _no_constant(name: str) -> None:
    raise ValueError(name)


class Input:
    """`$input`, of a request or of the integration's answer."""

    def __init__(self, text: str, params: Mapping[str, str]) -> None:
        self._text = text
        self._params = params

    def json(self, path: str) -> str:
        assert path == "$"
        return self._text

    def path(self, path: str) -> Any:
        assert path == "$"
        return json.loads(self._text)

    def params(self, name: str) -> str:
        return self._params.get(name, "")


class Util:
    """`$util`, as Java does it."""

    def base64Encode(self, text: str) -> str:  # noqa: N802 -- AWS's name
        return base64.b64encode(text.encode()).decode()

    def urlEncode(self, text: str) -> str:  # noqa: N802 -- AWS's name
        return quote_plus(text, safe="*-._")


def airspeed(template: str, scene: Scene) -> Rendered:
    names = {
        "context": scene.context,
        "input": Input(scene.json, scene.params),
        "util": Util(),
    }
    return Rendered(_read(template).merge(names), scene.context)


@cache
def _read(template: str) -> Template:
    return Template(template)


class VelocityJs:
    """A process of node's, asked line by line; npm.Missing where there is none."""

    def __init__(self) -> None:
        build = npm.installed(HERE / "velocity", "velocity")
        self._node = subprocess.Popen(
            ["node", "render.mjs"],  # noqa: S607 -- wherever the machine has it
            cwd=build,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __call__(self, template: str, scene: Scene) -> Rendered:
        asked, answered = self._node.stdin, self._node.stdout
        assert asked is not None
        assert answered is not None
        asked.write(json.dumps({"template": template, **asdict(scene)}).encode() + b"\n")
        asked.flush()
        return Rendered(**json.loads(answered.readline()))

    def close(self) -> None:
        self._node.communicate()


@dataclass(frozen=True)
class Gateway:
    """POST /behavior as deploy/ describes it, rendered by one engine."""

    engine: Callable[[str, Scene], Rendered]

    def form(self, request: Request) -> dict[str, str]:
        """What is sent to SQS."""
        return dict(
            parse_qsl(self.request(request).text, keep_blank_values=True, strict_parsing=True)
        )

    def message(self, request: Request) -> str:
        """What SQS puts into the queue."""
        return self.form(request)["MessageBody"]

    def request(self, request: Request) -> Rendered:
        scene = Scene(request.context, rewritten(request.body), dict(request.headers))
        return self.engine((DEPLOY / "behavior.vtl").read_text(), scene)

    def answer(self, template: str, context: dict[str, Any], said: Any) -> Rendered:
        """Render an answer of SQS's; `context` is what the template of the request left."""
        return self.engine((DEPLOY / template).read_text(), Scene(context, json.dumps(said)))


def claims(school: str, **changes: str | None) -> dict[str, str]:
    """What the token of Ana, a student who also teaches, says; None leaves a claim out."""
    known = {
        "custom:school_id": school,
        "custom:person_id": "ana",
        "cognito:groups": "student,teacher",
        "sub": "0192",
        **{name.replace("__", ":"): value for name, value in changes.items()},
    }
    return {name: value for name, value in known.items() if value is not None}


def written(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
