"""Fixtures for every test."""

import gc
import importlib
import os
import re
import secrets
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
import pytest
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as laws
from xdist.scheduler.loadfile import LoadFileScheduling

from luca.dynadmin import saying
from luca.office import catalogues

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from luca.api.tests.asking import Ask
    from luca.aws.tests.copying import Schools
    from luca.localaws.embedded import Embedded
    from tenants.tests.desk import Office

gc.disable()  # until all tests are read: it would pass over each syntax tree again and again
if catalogues.compile_all():
    saying.read_again()  # pytest-django has begun to read what was there before
os.environ.setdefault("LUCA_SECRET_KEY", "tests-only")
os.environ.setdefault("LUCA_SHOW_CALLS", "1")
# A law is no race: on a busy machine an example may take as long as it needs.
laws.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
laws.load_profile("patient")
# Tests make clients by the hundred: the SDK's models, megabytes of JSON, are read once for all.
botocore.session.create_loader = cache(botocore.session.create_loader)
# pytest-django reads settings before this file.
settings.SECRET_KEY = os.environ["LUCA_SECRET_KEY"]
settings.SHOW_CALLS = True


class _Remembering:
    """What makes the clients of `luca.aws.clients`: for the same environment, the same ones.

    Tests change this process's role hundreds of times, and each time Luca lets go of its clients.
    """

    DEFAULT_SESSION = None

    def __init__(self) -> None:
        self._sessions: dict[Hashable, boto3.Session] = {}
        self._clients: dict[Hashable, Any] = {}

    def client(self, service: str, *, region_name: str, config: Any) -> Any:
        world = tuple(sorted(one for one in os.environ.items() if one[0].startswith("AWS_")))
        options = repr(sorted(config._user_provided_options.items()))  # noqa: SLF001 -- what was asked of it
        name = world, service, region_name, options
        if name not in self._clients:
            session = self._sessions.setdefault(world, boto3.Session())
            made = session.client(service, region_name=region_name, config=config)  # type: ignore[call-overload]
            self._clients[name] = made
        return self._clients[name]


@pytest.fixture(scope="session", autouse=True)
def _clients_are_remembered() -> Iterator[None]:
    from luca.aws import clients

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clients, "boto3", _Remembering())
        yield


@pytest.hookimpl(tryfirst=True)  # before any is deselected
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Read whole tables while they are small: those tests look for words in everything."""
    here = Path(__file__).parent
    # The last one reads nothing whole, but its long files at the end would keep one process busy.
    first = (here / "tests" / "privacy", here / "luca" / "demo", here / "tests" / "permissions")
    items.sort(key=lambda item: [folder not in item.path.parents for folder in first])
    _check_that_make_finds(items)


def _check_that_make_finds(items: list[pytest.Item]) -> None:
    """Where a test is marked elsewhere than in its own file, `make test-slow` would not read it."""
    marked = {
        one.path for one in items if {"slow", "deploy"} & {mark.name for mark in one.iter_markers()}
    }
    for path in marked:
        if not (path.match("test_*.py") and re.search(r"mark\.(slow|deploy)", path.read_text())):
            raise RuntimeError(f"make test-slow looks for mark.slow or mark.deploy in {path}.")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """Give some folders as a whole to one process: what their tests share takes half a minute."""
    return ByFolder(config, log) if config.getoption("dist") == "loadfile" else None


class ByFolder(LoadFileScheduling):  # type: ignore[misc]  # xdist ships no types
    """By files as ever, but for the browser's stack and the image's content."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        folder = file.rpartition("/")[0]
        return folder if folder in {"tests/browser", "tests/image"} else file


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over half a million objects that stay to the end.

    Models, tests and their parameters; going through them again and again took a sixth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)
    gc.enable()


_embedded: "list[Embedded]" = []


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Embedded]":
    """The embedded AWS on a free port, this process being the operator (role luca-platform)."""
    with _started(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture(scope="module")
def fresh_aws(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Embedded]":
    """An embedded AWS without other tests' schools, for a file that looks at every school."""
    with _started(tmp_path_factory.mktemp("fresh")) as running:
        yield running


@contextmanager
def _started(folder: Path) -> "Iterator[Embedded]":
    from luca.aws.table import ScopedConnection
    from luca.localaws import embedded

    before = dict(os.environ)
    running = embedded.start(folder, time_scale="0.01")
    _embedded.append(running)
    try:
        _keep_what_expires(running)
        _become("platform", running)
        ScopedConnection.forget()
        yield running
    finally:
        _embedded.remove(running)
        running.kill()  # nobody will read its state
        os.environ.clear()
        os.environ.update(before)
        _read_settings_again()
        ScopedConnection.forget()


def _keep_what_expires(running: "Embedded") -> None:
    """Tests stop our clock on a day of 2026; the emulator deletes by its own, which goes on."""
    from luca.localaws.deployment import Deployment

    table = Deployment().table
    never = {"Enabled": False, "AttributeName": table["ttl_attribute"]}
    dynamodb = _operator_of("dynamodb", running)
    dynamodb.update_time_to_live(TableName=table["name"], TimeToLiveSpecification=never)


@pytest.fixture(scope="module", autouse=True)
def _empty_queues() -> None:
    """What another file's tests have left on the queues stands before nobody's own messages."""
    for running in _embedded:
        queues = _operator_of("sqs", running)
        for address in queues.list_queues()["QueueUrls"]:
            queues.purge_queue(QueueUrl=address)


def _operator_of(service: str, running: "Embedded") -> Any:
    """A client of whoever deploys."""
    from luca.localaws.home import Home

    keys = Home(running.home).keys
    return _client_of(service, running.endpoint, keys["bootstrap_key"], keys["bootstrap_secret"])


@cache
def _client_of(service: str, endpoint: str, key: str, secret: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
    )


@pytest.fixture
def every_queue(aws: "Embedded") -> "SQSClient":
    """For who changes a queue itself, as whoever deploys it does."""
    client: SQSClient = _operator_of("sqs", aws)
    return client


@pytest.fixture
def soon_seen_again(every_queue: "SQSClient") -> Iterator[None]:
    """Let queues show again after seconds, and not after minutes, what a dead process has had."""
    from luca.aws.tests import redelivery

    with redelivery.soon(every_queue):
        yield


@pytest.fixture(scope="session")
def schools(aws: "Embedded") -> "Schools":
    """Furnishes schools of a kind that this process has made before."""
    from luca.aws.tests import copying

    return copying.schools_of(aws)


@pytest.fixture
def school(aws: "Embedded") -> Iterator[str]:  # noqa: ARG001 -- it must run
    """A school that no other test knows, entered by Luca itself."""
    from luca.kernel import context

    name = f"school-{secrets.token_hex(6)}"
    with context.entered(school=name):
        yield name


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> "Ask":
    """Ask the API over HTTP with tokens that a key of ours has signed."""
    from luca.api.tests import asking

    asking.trust_our_key(monkeypatch)
    return asking.Ask()


@pytest.fixture
def office_of() -> "Callable[..., Office]":
    """Make a browser that is signed in to the admin: `office_of(school, "platform_admin")`."""
    from tenants.tests.desk import office_of

    return office_of


@pytest.fixture
def office(school: str, office_of: "Callable[..., Office]") -> "Office":
    """A browser in which the head of the test's school is signed in."""
    return office_of(school, "school_admin")


@pytest.fixture
def acting_as(aws: "Embedded") -> "Callable[[str], AbstractContextManager[None]]":
    """Give this process another role, for as long as a block runs."""

    @contextmanager
    def act(role: str) -> Iterator[None]:
        _become(role, aws)
        try:
            yield
        finally:
            _become("platform", aws)

    return act


@pytest.fixture(scope="session")
def read_settings_again() -> Callable[[], None]:
    """What a fixture calls that gives this process an AWS of its own for a while."""
    return _read_settings_again


def _become(role: str, running: "Embedded") -> None:
    from luca.localaws import environment

    environment.load(running.home, role)
    _read_settings_again()


def _read_settings_again() -> None:
    """Settings are read once, at import; whoever holds a client of before lets go of it."""
    import luca.settings
    from luca.aws import clients, scoped

    again = importlib.reload(luca.settings)
    for name in (name for name in dir(again) if name.isupper()):
        if getattr(settings, name) != getattr(again, name):
            setattr(settings, name, getattr(again, name))
    clients.forget()
    scoped.SESSIONS.forget()
