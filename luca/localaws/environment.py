"""The environment of a process that runs against one home, as a container would be given it."""

import os
from pathlib import Path

from luca.localaws.deployment import REGION, Deployment, machine_arn, role_arn, short, topic_arn
from luca.localaws.home import Home
from luca.localaws.sessions import Mint
from luca.localaws.tokens import CREDENTIALS_PATH

QUEUE_SETTINGS = {"tasks": "TASKS", "behavior": "BEHAVIOR", "sync": "SYNC"}
TOPIC_SETTINGS = {"compliance": "COMPLIANCE", "alerts": "ALERTS"}


class NotProvisioned(Exception):
    """The home has never been started."""


def environment(home: Home, role: str, deployment: Deployment | None = None) -> dict[str, str]:
    """All settings of a process with a role; nothing of it is secret but the tokens."""
    deployment = deployment or Deployment()
    outputs = home.recall("outputs")
    if not outputs:
        raise NotProvisioned(f"{home.path} holds no embedded AWS; run `make up` first.")
    endpoint, pool = outputs["endpoint"], outputs["pool"]
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{endpoint}{CREDENTIALS_PATH}luca-{short(role)}",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": Mint(home.keys["session_secret"]).pass_for(
            short(role)
        ),
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "LUCA_ALLOWED_HOSTS": "127.0.0.1,localhost",
        "LUCA_SECRET_KEY": home.keys["django_secret"],
        "LUCA_TABLE": deployment.table["name"],
        "LUCA_BUCKET": _named(deployment.buckets, "data"),
        "LUCA_LAKE_BUCKET": _named(deployment.buckets, "lake"),
        "LUCA_TENANT_ROLE_ARN": role_arn("tenant"),
        "LUCA_ARCHIVE_ROLE_ARN": role_arn("archive"),
        "LUCA_DIRECTORY_ROLE_ARN": role_arn("directory"),
        "LUCA_COGNITO_POOL_ID": pool,
        "LUCA_COGNITO_CLIENT_ID": outputs["client"],
        **_application(outputs, short(role)),
        "LUCA_COGNITO_ISSUER": f"https://cognito-idp.{REGION}.amazonaws.com/{pool}",
        "LUCA_COGNITO_JWKS_URL": f"{endpoint}/{pool}/.well-known/jwks.json",
        "LUCA_AUTHORITY_URL": outputs.get("authority", "http://127.0.0.1:8090"),
        "LUCA_AUTHORITY_TOKEN": home.keys["authority_token"],
        **_queue_settings(deployment, outputs["queues"]),
        **_topic_settings(deployment),
        "LUCA_SYNC_MACHINE_ARN": machine_arn("govsync"),
    }


def _application(outputs: dict[str, str], role: str) -> dict[str, str]:
    """What signs people in: of the services the API alone, and whoever administers the platform."""
    known = role in {"api", "platform"}
    return {"LUCA_COGNITO_CLIENT_SECRET": outputs.get("client_secret", "")} if known else {}


def load(home: Path, role: str) -> None:
    """Make this process one that runs in a home; Luca's settings that are set already stay.

    All else that speaks to the SDK goes: a real account's credentials must not sign a call to
    this endpoint, and several kinds of them would be found before the home's.
    """
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    for name, value in environment(Home(home), role).items():
        if name.startswith("AWS_"):
            os.environ[name] = value
        else:
            os.environ.setdefault(name, value)


def _queue_settings(deployment: Deployment, urls: dict[str, str]) -> dict[str, str]:
    settings = {}
    for purpose, label in QUEUE_SETTINGS.items():
        name = _named(deployment.queues, purpose)
        settings[f"LUCA_{label}_QUEUE_URL"] = urls[name]
        settings[f"LUCA_{label}_DLQ_URL"] = urls[f"{name}-dlq"]
    return settings


def _topic_settings(deployment: Deployment) -> dict[str, str]:
    return {
        f"LUCA_{label}_TOPIC_ARN": topic_arn(_named(deployment.topics, purpose))
        for purpose, label in TOPIC_SETTINGS.items()
    }


def _named(entries: dict[str, dict[str, str]], purpose: str) -> str:
    return next(name for name, entry in entries.items() if entry["purpose"] == purpose)
