"""Temporary credentials that need no store: the token carries the session, sealed by the home.

A session therefore survives a restart of the emulator, even a kill, and dies with the home whose
secret sealed it.
"""

import base64
import binascii
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache

from luca.localaws.deployment import ACCOUNT
from luca.localaws.refusals import Reason, Refused

SEAL_BYTES = 32


@dataclass(frozen=True, slots=True)
class Session:
    key: str
    role: str
    name: str
    expires: int  # epoch seconds
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def user(self) -> str:
        """The caller as AWS names it in messages and in CloudTrail."""
        return f"arn:aws:sts::{ACCOUNT}:assumed-role/{self.role}/{self.name}"


@dataclass(frozen=True, slots=True)
class Credentials:
    key: str
    secret: str
    token: str
    expires: int


class Mint:
    """Makes sessions and recognises its own."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._opened = lru_cache(maxsize=4096)(self._open)

    def make(
        self, role: str, name: str, tags: Mapping[str, str], expires: int
    ) -> tuple[Session, Credentials]:
        key = "ASIA" + base64.b32encode(secrets.token_bytes(10)).decode()
        session = Session(key, role, name, expires, dict(tags))
        content = json.dumps(asdict(session), separators=(",", ":")).encode()
        token = base64.b64encode(self._seal(b"session", content) + content).decode()
        return session, Credentials(key, self.secret_of(key), token, expires)

    def open(self, token: str, key: str, now: float) -> Session:
        """The session of a token; another key's token is as unknown as a forged one."""
        session = self._opened(token)
        if session is None or session.key != key:
            raise Refused(
                Reason.UNKNOWN_KEY, "The security token included in the request is invalid."
            )
        if now >= session.expires:
            raise Refused(Reason.EXPIRED, "The security token included in the request is expired")
        return session

    def secret_of(self, key: str) -> str:
        return base64.b64encode(self._seal(b"secret key", key.encode())[:30]).decode()

    def pass_for(self, role: str) -> str:
        """What a process shows to the credentials endpoint to be given a role."""
        return self._seal(b"credentials endpoint", role.encode()).hex()

    def _open(self, token: str) -> Session | None:
        try:
            sealed = base64.b64decode(token, validate=True)
        except (binascii.Error, ValueError):
            return None
        seal, content = sealed[:SEAL_BYTES], sealed[SEAL_BYTES:]
        if not hmac.compare_digest(seal, self._seal(b"session", content)):
            return None
        return Session(**json.loads(content))

    def _seal(self, purpose: bytes, content: bytes) -> bytes:
        return hmac.digest(self._secret, purpose + b"\0" + content, "sha256")
