"""Who asks: everybody the architecture knows, and some it hopes never to meet.

Sessions are made with the home's own seal, past every trust policy: a school called ``*`` can never
be entered, and the tenant policy must hold all the same if it were.
"""

import base64
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from luca.localaws.home import Home
from luca.localaws.sessions import Mint
from tests.isolation.asks import ACCOUNT
from tests.isolation.items import LITERAL

LIFE_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Keys:
    key: str
    secret: str
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Principal:
    name: str
    keys: Keys | None
    role: str = ""  # empty: nobody, whatever it claims to be
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def school(self) -> str | None:
        return self.tags.get("school_id")

    @property
    def arn(self) -> str:
        return f"arn:aws:sts::{ACCOUNT}:assumed-role/luca-{self.role}/matrix"


def roles(deploy: Path) -> list[str]:
    """Every role that the deployment defines, by its files."""
    files = {path.stem for path in (deploy / "policies").glob("*.json")}
    return sorted({name.removeprefix("trust-") for name in files})


LITERAL_TAG = "a literal variable as tag"
TAGS: Mapping[str, Mapping[str, str]] = {
    "school a": {"school_id": "a"},
    "school a-b": {"school_id": "a-b"},
    "school 1": {"school_id": "1"},
    "school 12": {"school_id": "12"},
    "no tag": {},
    "an empty tag": {"school_id": ""},
    "tag *": {"school_id": "*"},
    "tag ?": {"school_id": "?"},
    "tag a*": {"school_id": "a*"},
    LITERAL_TAG: {"school_id": LITERAL},
    "another tag": {"school": "a"},
}

# Firehose fills every school's folder, and may read there; it comes last.
SEES_ALL = {"delivery"}
# The archive's policy is built like the school's own: fewer of them tell as much.
TAGGED = {
    "tenant": tuple(TAGS),
    "archive": ("school a", "no tag", "tag *"),
}


def everybody(home: Path, deploy: Path) -> list[Principal]:
    mint = Mint(Home(home).keys["session_secret"])
    plain = [name for name in roles(deploy) if name not in TAGGED]
    services = [_session(mint, name, name, {}) for name in plain]
    tagged = [
        _session(mint, f"{role}, {name}", role, TAGS[name])
        for role, names in TAGGED.items()
        for name in names
    ]
    last = [who for who in services if who.role in SEES_ALL]
    return [*nobodies(mint), *(who for who in services if who not in last), *tagged, *last]


def operator(home: Path) -> Principal:
    """The key that provisions; it seeds and inspects, and is no row of the matrix."""
    keys = Home(home).keys
    return Principal("operator", Keys(keys["bootstrap_key"], keys["bootstrap_secret"]))


def nobodies(mint: Mint) -> Iterator[Principal]:
    yield Principal("anonymous", None)
    yield Principal("a forged key", Keys("AKIAFORGEDFORGED0000", "x" * 40))
    yield Principal("a forged session", Keys("ASIAFORGEDFORGED0000", "x" * 40, "Zm9yZ2Vk"))
    a, b = (_session(mint, school, "tenant", {"school_id": school}).keys for school in "ab")
    if a is None or b is None:
        raise ValueError("a session without keys")
    yield Principal("a wrong secret", Keys(a.key, b.secret, a.token))
    yield Principal("another session's token", Keys(a.key, a.secret, b.token))
    yield Principal("a token changed to school b", Keys(a.key, a.secret, _changed(a.token or "")))
    yield Principal("a session that has expired", _expired(mint))


def _session(mint: Mint, name: str, role: str, tags: Mapping[str, str]) -> Principal:
    expires = int(time.time()) + LIFE_SECONDS
    _, made = mint.make(f"luca-{role}", "matrix", tags, expires)
    return Principal(name, Keys(made.key, made.secret, made.token), role, tags)


def _expired(mint: Mint) -> Keys:
    _, made = mint.make("luca-tenant", "matrix", {"school_id": "a"}, int(time.time()) - 1)
    return Keys(made.key, made.secret, made.token)


def _changed(token: str) -> str:
    content = base64.b64decode(token).replace(b'"school_id":"a"', b'"school_id":"b"')
    return base64.b64encode(content).decode()
