"""Credentials that can touch one school only.

A school's data is read and written in sessions of the role `luca-tenant` that
carry the school as a session tag; the policy of that role compares the tag with
the leading key of each request. The school is looked up in the context when a
request is *signed*, so one client and one connection pool serve all schools and
a filter that someone forgets is refused by AWS, not by us.
"""

from __future__ import annotations

import random
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from botocore.credentials import RefreshableCredentials
from django.conf import settings

from luca.aws import clients
from luca.kernel import context
from luca.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.credentials import ReadOnlyCredentials

LIFETIME = 3600  # seconds: the most that role chaining allows
RENEW_BEFORE = 900  # seconds before the end, plus up to as much again in jitter / 3
DIRECTORY = "PLATFORM"  # no school can have this name: a school's id is lower case
ARCHIVE = "ARCHIVE "  # before a school's name: the session that writes its part of the lake


class Scope(Protocol):
    """What botocore's signer asks of credentials."""

    method: str

    def get_frozen_credentials(self) -> ReadOnlyCredentials: ...


class _Sessions:
    """One refreshable session for each school, in this process."""

    def __init__(self) -> None:
        self._known: dict[str, RefreshableCredentials] = {}
        self._locks: dict[str, Lock] = {}
        self._guard = Lock()

    def of(self, scope: str) -> RefreshableCredentials:
        found = self._known.get(scope)
        if found is not None:
            return found
        with self._guard:
            lock = self._locks.setdefault(scope, Lock())
        with lock:  # one lock for each school: a slow answer for one does not hold up another
            found = self._known.get(scope)
            if found is None:
                found = self._known[scope] = _refreshable(lambda: _assume(scope))
        return found

    def known(self, scope: str) -> RefreshableCredentials | None:
        """The session that a call made now would sign with, if there is one."""
        return self._known.get(scope)

    def forget(
        self, scope: str | None = None, *, failed: RefreshableCredentials | None = None
    ) -> None:
        """Drop the session of a scope, or all; not the one that has replaced the one that failed.

        When AWS forgets a session many threads notice at once, and one renewal serves them all.
        """
        with self._guard:
            for name in [scope] if scope else list(self._known):
                if failed is None or self._known.get(name) is failed:
                    self._known.pop(name, None)


def _refreshable(assume: Callable[[], dict[str, str]]) -> RefreshableCredentials:
    early = RENEW_BEFORE + random.randrange(RENEW_BEFORE // 3)  # noqa: S311 -- spreads load, hides nothing
    return RefreshableCredentials.create_from_metadata(
        metadata=assume(),
        refresh_using=assume,
        method="assume-role-with-school",
        advisory_timeout=early,
        mandatory_timeout=120,
    )


def _assume(scope: str) -> dict[str, str]:
    if not (settings.DIRECTORY_ROLE_ARN and settings.TENANT_ROLE_ARN):
        raise Unavailable(
            "No AWS is configured: set LUCA_HOME=var/local after `make up`, "
            "or the variables of docs/settings.md."
        )
    if scope == DIRECTORY:
        answer = clients.sts().assume_role(
            RoleArn=settings.DIRECTORY_ROLE_ARN,
            RoleSessionName=f"luca-{settings.SERVICE}",
            DurationSeconds=LIFETIME,
        )
    else:
        keeps = scope.startswith(ARCHIVE)
        answer = clients.sts().assume_role(
            RoleArn=settings.ARCHIVE_ROLE_ARN if keeps else settings.TENANT_ROLE_ARN,
            RoleSessionName=f"luca-{settings.SERVICE}",
            DurationSeconds=LIFETIME,
            Tags=[{"Key": "school_id", "Value": scope.removeprefix(ARCHIVE)}],
        )
    found = answer["Credentials"]
    return {
        "access_key": found["AccessKeyId"],
        "secret_key": found["SecretAccessKey"],
        "token": found["SessionToken"],
        "expiry_time": found["Expiration"].isoformat(),
    }


SESSIONS = _Sessions()


class SchoolScope:
    """Signs with the session of whatever school the context holds."""

    method = "school-of-the-context"

    def name(self) -> str:
        return context.school()

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        return SESSIONS.of(self.name()).get_frozen_credentials()

    def get_deferred_property(self, property_name: str) -> Callable[[], Any]:
        """Botocore asks for an account id to choose an endpoint; there is none."""
        return lambda: None


class DirectoryScope(SchoolScope):
    """Signs with the session that sees the list of schools and no school."""

    method = "directory"

    def name(self) -> str:
        return DIRECTORY


class ArchiveScope(SchoolScope):
    """Signs with the session that writes the school's part of the lake, and reads nothing else."""

    method = "archive-of-the-context"

    def name(self) -> str:
        return ARCHIVE + context.school()


def credentials() -> ReadOnlyCredentials:
    """The session of the context's school, for a client that is made at once."""
    return SchoolScope().get_frozen_credentials()
