"""A store, a queue, a log line or a metric that nobody has thought of fails here.

Whoever adds one says in `luca/privacy/register.py` or `luca/privacy/signals.py` what it holds
about people, how an export shows it and what an erasure does with it.
"""

import ast
import json
import re
from importlib import import_module
from typing import Any

import pytest
from django.urls import resolve

from luca.aws import queue
from luca.celery import app
from luca.kernel import context
from luca.privacy import wording
from luca.privacy.register import (
    ELSEWHERE,
    FILES,
    HEADERS,
    KINDS,
    LAKE,
    LAKE_WRITERS,
    POOL,
    QUEUES,
    TOPICS,
    Fate,
)
from luca.privacy.signals import CHOSEN, EVENTS, FACTS, FIELDS, HASHED, METRICS, SPANS
from tenants.repository.attempts import LONGEST
from tests.privacy import reading
from tests.test_architecture import kinds

REGISTER = "luca/privacy/register.py: say which file of an export shows it, what an erasure does"
SIGNALS = "luca/privacy/signals.py: say what it holds; people only as hashed(...)"
NAMING = {"profile", "look_ups", "links", "account", "login", "sync"}  # sections of an export
PAGE = (reading.ROOT / "docs" / "privacy.md").read_text()


def stored_kinds() -> set[str]:
    app.loader.import_default_modules()
    for name in (
        "luca.urls",
        "luca.privacy.models",
        "luca.aws.idempotency",
        "luca.aws.integrators",
    ):
        import_module(name)
    return {kind for kind in kinds() if kind[0].islower()}


def test_every_kind_of_item_is_covered() -> None:
    assert stored_kinds() - KINDS.keys() == set(), f"undeclared kinds: declare them in {REGISTER}"
    assert KINDS.keys() - stored_kinds() == set(), "these kinds are gone: take them out"


def test_a_new_kind_would_be_noticed() -> None:
    from luca.aws.table import TenantItem  # noqa: PLC0415 -- only this test needs it

    class Diary(TenantItem, discriminator="diary_of_a_test"):
        pass

    try:
        Diary.__module__ = "tenants.models"
        assert "diary_of_a_test" in stored_kinds() - KINDS.keys()
    finally:
        TenantItem.kind._class_map.pop(Diary, None)


def test_what_is_about_a_person_is_shown_and_what_is_shown_has_a_title() -> None:
    for name, kind in KINDS.items():
        assert bool(kind.section) is (kind.fate is not Fate.NOBODY), name
        assert not kind.section or kind.section in wording.SECTIONS, name
        assert kind.why, name


def test_every_file_of_a_school_is_covered() -> None:
    declared = {module for module, _ in FILES.values()}
    assert reading.writers_of_files() == declared, f"declare the prefix in {REGISTER}"


def test_every_part_of_the_lake_is_covered() -> None:
    deployed = json.loads((reading.ROOT / "deploy" / "lake.json").read_text())["datasets"]
    assert {f"{name}/" for name in deployed} == {one for one in LAKE if "dlq" not in one}
    assert reading.writers_of_the_lake() == LAKE_WRITERS, f"say what it holds in {REGISTER}"


def test_the_lake_keeps_no_kind_that_names_somebody() -> None:
    """It keeps what is about results and events: ids, and what people wrote in free text."""
    deployed = json.loads((reading.ROOT / "deploy" / "lake.json").read_text())["datasets"]
    kept = {kind for one in deployed.values() for kind in one["kinds"]}
    naming = {name for name, kind in KINDS.items() if kind.section in NAMING}

    assert kept & naming == set()
    assert {"student", "teacher", "guardian", "account", "lookup", "sync_record"} <= naming


def test_every_queue_is_covered() -> None:
    deployed = json.loads((reading.ROOT / "deploy" / "queues.json").read_text())
    names = {name + end for name in deployed for end in ("", "-dlq")}
    assert names == QUEUES.keys(), f"declare the queue in {REGISTER}"


def test_every_topic_is_covered() -> None:
    deployed = json.loads((reading.ROOT / "deploy" / "topics.json").read_text())
    assert deployed.keys() == TOPICS.keys(), f"declare the topic in {REGISTER}"


def test_every_fact_of_an_alert_is_covered() -> None:
    told = {(module, fact) for module, node in reading.alerts() for fact in reading.facts(node)}
    assert {one for one in told if one[1] not in FACTS} == set(), f"declare it in {SIGNALS}"


def test_a_fact_that_nobody_declared_would_be_noticed() -> None:
    (spelled,) = ast.parse('alerts.publish("alerts", "s", {"run": run, "curp": curp})').body
    (hidden,) = ast.parse('alerts.publish("alerts", "s", facts)').body
    assert isinstance(spelled, ast.Expr)
    assert isinstance(spelled.value, ast.Call)
    assert isinstance(hidden, ast.Expr)
    assert isinstance(hidden.value, ast.Call)
    assert reading.facts(spelled.value) - FACTS.keys() == {"curp"}
    assert reading.facts(hidden.value) - FACTS.keys() == {"facts"}


def test_every_header_of_a_message_is_covered() -> None:
    with context.entered(school="north", actor="ada"):
        assert queue.context_headers().keys() == HEADERS.keys(), f"declare it in {REGISTER}"


def test_every_attribute_of_the_user_pool_is_covered() -> None:
    pool = (reading.ROOT / "deploy" / "identity.json").read_text()
    for name in json.loads(pool).get("attributes", {}):
        assert f"custom:{name}" in POOL or name in POOL, f"declare {name} in {REGISTER}"
    assert {"custom:school_id", "custom:person_id"} <= POOL.keys()


def test_every_log_event_is_covered() -> None:
    found, chosen = set(), set()
    for module, node in reading.log_calls():
        first = node.args[0]
        if isinstance(first, ast.Constant):
            found.add(first.value)
        else:
            chosen.add(module)
    assert found - EVENTS == set(), f"undeclared log events: declare them in {SIGNALS}"
    assert EVENTS - found == set(), "these events are gone: take them out"
    assert chosen == CHOSEN, f"the name of an event is a constant, or declared in {SIGNALS}"


@pytest.mark.parametrize(
    ("module", "node"), reading.log_calls(), ids=lambda x: x if isinstance(x, str) else None
)
def test_every_field_of_a_log_line_is_covered(module: str, node: ast.Call) -> None:
    assert reading.fields(node) - FIELDS.keys() == set(), f"declare the field in {SIGNALS}"
    for one in node.keywords:
        if one.arg in HASHED:
            assert reading.is_hashed(one.value), f"{module}:{node.lineno} logs {one.arg} as it is"


def test_every_metric_is_covered() -> None:
    found: dict[str, set[str]] = {}
    for module, node in reading.metric_calls():
        name = node.args[0]
        assert isinstance(name, ast.Constant), f"{module}: a metric's name is a constant"
        found.setdefault(str(name.value), set()).update(reading.fields(node))
    assert found == {name: set(fields) for name, fields in METRICS.items()}, SIGNALS


def test_every_attribute_of_a_span_is_covered() -> None:
    told = [
        (module, field) for module, node in reading.span_calls() for field in reading.fields(node)
    ]
    assert told
    assert {one for one in told if one[1] not in SPANS} == set(), f"declare it in {SIGNALS}"


@pytest.mark.parametrize("name", [*KINDS, *FILES, *QUEUES, *TOPICS, *LAKE, *ELSEWHERE])
def test_every_store_is_in_the_page_for_people(name: str) -> None:
    assert f"`{name}`" in PAGE, f"docs/privacy.md does not say what {name} holds"


CALLS = re.findall(r"`(GET|POST|PATCH|PUT|DELETE) /([a-z/{}_-]+)`", PAGE)


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_every_call_of_the_page_exists(method: str, path: str) -> None:
    view: Any = resolve("/" + re.sub(r"{\w+}", "x", path)).func
    assert hasattr(view.view_class, method.lower())


def test_the_page_says_how_long_the_longest_count_of_attempts_is_kept() -> None:
    assert f"{LONGEST // 86400} days after a reset" in PAGE
