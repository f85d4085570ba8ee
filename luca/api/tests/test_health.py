import re
import time
from threading import Event
from typing import Any
from urllib.parse import urlparse

import pytest
from botocore.exceptions import EndpointConnectionError
from django.contrib.staticfiles import finders
from django.test import Client
from drf_spectacular.renderers import OpenApiJsonRenderer

from luca.api import health
from luca.api import schema as describing
from luca.aws import queue, store
from luca.wsgi import application


def local() -> Client:
    return Client(SERVER_NAME="127.0.0.1")  # a host that the settings allow


def test_healthz_asks_nothing_of_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    answer = local().get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "version": "dev"})


@pytest.mark.parametrize("role", ["platform", "api"])
def test_readyz_asks_the_table_and_the_queue_in_every_role_that_serves(
    acting_as: Any, role: str
) -> None:
    with acting_as(role):
        answer = local().get("/readyz")

    assert answer.json() == {"status": "ok", "parts": {"table": "ok", "queue": "ok"}}
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("module", "name", "part"), [(store, "get", "table"), (queue, "depth", "queue")]
)
@pytest.mark.usefixtures("aws")
def test_readyz_names_the_part_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, part: str
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise EndpointConnectionError(endpoint_url="http://aws.internal")

    monkeypatch.setattr(module, name, fail)

    answer = local().get("/readyz")

    assert answer.status_code == 503
    parts = answer.json()["parts"]
    assert [one for one, state in parts.items() if state == "failing"] == [part]
    assert "aws.internal" not in answer.content.decode()


@pytest.mark.usefixtures("aws")
def test_readyz_does_not_wait_for_a_part_that_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK tries four times; a load balancer has given up by then."""
    released = Event()
    monkeypatch.setattr(health, "PATIENCE", 1.0)
    monkeypatch.setitem(health.PARTS, "queue", lambda: released.wait(30) and None)
    began = time.monotonic()

    answer = local().get("/readyz")
    released.set()

    assert answer.json()["parts"] == {"table": "ok", "queue": "failing"}
    assert time.monotonic() - began < 10


def test_probes_leave_no_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    local().get("/healthz")

    assert caplog.records == []


def test_the_schema_is_made_once_whatever_a_query_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    one = local().get("/schema?format=json&lang=en").content
    local().get("/schema?format=json")
    monkeypatch.setattr(OpenApiJsonRenderer, "render", None)  # nor is it written again
    made = describing._described.cache_info().misses

    odd = [local().get(f"/schema?format=json&version={n}&lang=l{n}").content for n in range(3)]
    again = local().get("/schema?format=json&lang=en").content

    assert again == one
    assert len(set(odd)) == 1
    assert describing._described.cache_info().misses <= made + 1  # our own language


def test_the_schema_describes_every_operation_and_its_problems() -> None:
    schema = local().get("/schema?format=json").json()

    operations = [
        (path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    assert {"/auth/login", "/me", "/school", "/students/{person}"} <= set(schema["paths"])
    for path, method, operation in operations:
        assert "default" in operation["responses"], (path, method)
        assert operation.get("summary"), (path, method)
    assert schema["paths"]["/school"]["get"]["security"] == [
        {"idToken": []},
        {"program": ["school.read"]},
    ]
    assert "security" not in schema["paths"]["/auth/login"]["post"] or schema["paths"][
        "/auth/login"
    ]["post"]["security"] in ([], [{}])


def test_the_docs_page_works_offline() -> None:
    page = local().get("/docs")

    text = page.content.decode()
    assets = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert assets
    for asset in assets:
        assert not urlparse(asset).netloc, asset
        assert finders.find(asset.removeprefix("/static/")), asset
    assert "//cdn" not in text
    assert 'url: "/schema"' in text


def test_a_page_in_a_form_that_it_does_not_have_is_not_our_fault() -> None:
    answer = local().get("/docs", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")


def test_the_server_serves_the_pages_own_files() -> None:
    page = local().get("/docs").content.decode()
    script = next(x for x in re.findall(r'src="([^"]+)"', page) if x.endswith("bundle.js"))
    said: list[Any] = []

    body = application(
        {"PATH_INFO": script, "REQUEST_METHOD": "GET"}, lambda *head: said.append(head)
    )

    assert said[0][0] == "200 OK"
    assert len(next(iter(body))) > 0
    body.close()
