"""ASGI middleware in the emulator's own process: nothing reaches the emulator but through it.

Deny by default. The order is AWS's: who signed, what is asked, does a policy allow it.
"""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from luca.localaws import calls, denials, policy
from luca.localaws.calls import Check, NotUnderstood, cognito
from luca.localaws.deployment import Deployment, short
from luca.localaws.policy import PolicyError, Question
from luca.localaws.refusals import Answer, Denied, Reason, Refused, answer
from luca.localaws.sessions import Mint, Session
from luca.localaws.sigv4 import Request, Signed, verify
from luca.localaws.tokens import CREDENTIALS_PATH, Tokens

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HOSTS = frozenset({"127.0.0.1", "localhost"})  # the emulator routes other names to other services
HEALTH_PATH = "/_luca/health"


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """The one key that no policy limits; it is there to provision."""

    key: str
    secret: str


class Guard:
    def __init__(self, app: App, deployment: Deployment, mint: Mint, bootstrap: Bootstrap) -> None:
        self.app, self.deployment, self.mint, self.bootstrap = app, deployment, mint, bootstrap
        self.tokens = Tokens(deployment, mint)
        for name in deployment.role_names():
            deployment.role(name)  # a policy that cannot be judged stops the start

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        if body is None:
            return
        try:
            own = self._judge(scope, body, time.time())
        except Refused as refusal:
            await _send(send, self._refuse(scope, refusal), scope["method"])
            return
        if own is not None:
            await _send(send, own, scope["method"])
            return
        await self.app(scope, _replay(body, receive), send)

    def _judge(self, scope: Scope, body: bytes, now: float) -> Answer | None:
        """Raise ``Refused``, answer, or (None) let the request pass."""
        request = _request(scope, body)
        if request.path == HEALTH_PATH:
            return Answer(200, "application/json", b'{"status": "ok"}')
        if request.path.startswith(CREDENTIALS_PATH) and request.method == "GET":
            shown = request.headers.get("authorization", "")
            return self.tokens.container(request.path, shown, now)
        if _is_open(request):
            return None
        signed, session = self._signer(request, now)
        scope["luca.session"] = session
        try:
            if signed.service == "sts":
                return self.tokens.sts(request.body, session, now)
            if session is not None:
                self._authorise(session, calls.checks(request, signed, self.deployment))
        except (NotUnderstood, PolicyError, LookupError, OSError, ValueError) as error:
            raise Refused(Reason.DENIED, f"Refused because not understood: {error}") from error
        return None

    def _signer(self, request: Request, now: float) -> tuple[Signed, Session | None]:
        found: list[Session] = []

        def secret_of(key: str) -> str:
            token = request.headers.get("x-amz-security-token")
            if key == self.bootstrap.key and token is None:
                return self.bootstrap.secret
            found.append(self.mint.open(token or "", key, now))
            return self.mint.secret_of(key)

        signed = verify(request, secret_of, now)
        return signed, found[0] if found else None

    def _authorise(self, session: Session, wanted: list[Check]) -> None:
        identity = self.deployment.role(short(session.role)).identity
        tags = {f"aws:principaltag/{key.lower()}": [v] for key, v in session.tags.items()}
        for check in wanted:
            question = Question(check.action, check.resource, {**tags, **check.context})
            if not policy.verdict(identity, question):
                keys = check.context.get("dynamodb:leadingkeys", ())
                raise Denied(session.user, check.action, check.resource, keys)

    def _refuse(self, scope: Scope, refusal: Refused) -> Answer:
        target = next((v.decode() for k, v in scope["headers"] if k == b"x-amz-target"), "")
        code, content = answer(refusal, target=target, path=scope["path"])
        denials.log(refusal, code, scope.get("luca.session"), target or scope["method"])
        return content


def _request(scope: Scope, body: bytes) -> Request:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get("host", "").partition(":")[0]
    if len(headers) != len(scope["headers"]) or host not in HOSTS:
        raise Refused(Reason.INVALID, "A repeated header, or a host that is not this machine.")
    return Request(
        method=scope["method"],
        path=scope["path"],
        raw_path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=body,
    )


def _is_open(request: Request) -> bool:
    """Sign-in carries its own proof and the signing keys of tokens are public."""
    family, _, operation = request.target.partition(".")
    if family == cognito.TARGET and operation in cognito.CLOSED:
        raise Refused(Reason.CLOSED, f"{operation} is not permitted for this user pool")
    if cognito.asks_for_a_program(request):
        return True
    if request.query or "authorization" in request.headers:
        return False
    if request.method == "GET":
        return cognito.KEYS_PATH.fullmatch(request.path) is not None
    sign_in = family == cognito.TARGET and operation in cognito.OPEN
    return sign_in and request.method == "POST" and request.path == "/"


async def _body(receive: Receive) -> bytes | None:
    chunks = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


async def _send(send: Send, content: Answer, method: str) -> None:
    headers = [
        (b"content-type", content.kind.encode()),
        (b"content-length", str(len(content.body)).encode()),
    ]
    if content.query_error:
        headers.append((b"x-amzn-query-error", content.query_error.encode()))
    await send({"type": "http.response.start", "status": content.status, "headers": headers})
    body = b"" if method == "HEAD" else content.body
    await send({"type": "http.response.body", "body": body})
