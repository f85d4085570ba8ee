import json
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Event
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, EndpointConnectionError, ReadTimeoutError

from luca.aws import scoped, store
from luca.aws.store import ConditionFailed, Transaction, items
from luca.aws.table import (
    ScopedConnection,
    TenantItem,
    platform_key,
    tenant_key,
)
from luca.aws.tests.desks import Desk, Lamp, Town, desk
from luca.aws.wire import Wire
from luca.kernel import clock, context
from luca.kernel.errors import Unavailable

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("moto_table")


def test_an_item_comes_back_as_it_was_given() -> None:
    store.put(desk(height=Decimal("70.10"), built=NOON))

    found = store.get(Desk, tenant_key("DESK", "1"), "PROFILE")

    assert found is not None
    assert (found.owner, str(found.height), found.built, found.version) == ("ada", "70.10", NOON, 1)


def test_what_is_not_there_is_none() -> None:
    assert store.get(Desk, tenant_key("DESK", "9"), "PROFILE") is None


def test_the_second_of_two_writers_is_told() -> None:
    store.put(desk())
    first = store.get(Desk, tenant_key("DESK", "1"), "PROFILE")
    second = store.get(Desk, tenant_key("DESK", "1"), "PROFILE")
    assert first is not None
    assert second is not None
    store.put(first)

    with pytest.raises(ConditionFailed):
        store.put(second)
    with pytest.raises(ConditionFailed):
        store.put(desk())


def test_an_expired_item_is_absent_before_it_is_removed() -> None:
    with clock.stopped(NOON):
        store.put(desk(ttl=int(NOON.timestamp()) + 60))
        place = tenant_key("DESK", "1")
        assert store.get(Desk, place, "PROFILE") is not None

    with clock.stopped(NOON + timedelta(seconds=61)):
        assert store.get(Desk, place, "PROFILE") is None
        assert store.query(Desk, place).items == []
        assert store.batch_get(Desk, [(place, "PROFILE")]) == []


def test_a_partition_of_several_kinds_is_read_at_once() -> None:
    store.put(desk())
    store.put(Lamp(tenant_key("DESK", "1"), "LAMP", colour="red"))

    kinds = [type(item) for item in store.query(TenantItem, tenant_key("DESK", "1")).items]

    assert kinds == [Lamp, Desk]


def test_pages_follow_each_other_to_the_end() -> None:
    place = tenant_key("DESK", "1")
    store.batch_put(Lamp(place, f"LAMP-{n:03d}", colour="red") for n in range(60))

    page = store.query(Lamp, place, limit=50)

    assert (len(page.items), page.next is None) == (50, False)
    rest = store.query(Lamp, place, limit=50, start=page.next)
    assert [item.sk for item in rest.items] == [f"LAMP-{n:03d}" for n in range(50, 60)]
    assert len(list(store.every(Lamp, place, limit=7))) == 60


def test_a_transaction_says_which_part_refused_and_leaves_no_trace() -> None:
    store.put(desk("1"))
    work = Transaction()
    work.put(desk("2"), name="new")
    work.put(desk("1"), name="taken")

    with pytest.raises(ConditionFailed) as refused:
        work.commit()

    assert refused.value.failed == {"taken"}
    assert store.get(Desk, tenant_key("DESK", "2"), "PROFILE") is None


def test_a_foreign_row_planted_in_an_index_is_dropped() -> None:
    with context.entered(school="south"):
        own = tenant_key("PEOPLE")
        with context.entered(school="north"):
            planted = desk(gsi1pk=own, gsi1sk="a")
            store.put(planted)
        store.put(Desk(tenant_key("DESK", "7"), "PROFILE", owner="bob", gsi1pk=own, gsi1sk="b"))

        found = store.query(Desk, own, index="GSI1").items

    assert [item.owner for item in found] == ["bob"]


def test_a_foreign_row_planted_in_an_index_is_not_counted() -> None:
    with context.entered(school="north"):
        own = tenant_key("DESKS")
        for number in range(3):
            store.put(desk(str(number), gsi1pk=own, gsi1sk=str(number)))
    with context.entered(school="south"):
        store.put(desk(gsi1pk=own, gsi1sk="planted"))
    with context.entered(school="north"):
        assert store.count(Desk, own, index="GSI1") == 3
        one = Desk.height.does_not_exist() & (Desk.owner == "blas")
        assert store.count(Desk, own, index="GSI1", where=one) == 0
        named = list(store.every_named(Desk, own, ["owner"], index="GSI1"))
        assert [raw["owner"]["S"] for raw in named] == ["ada"] * 3


def test_the_platform_needs_no_school() -> None:
    with context.entered():
        store.put(Town(platform_key("TOWNS"), "north", name="North"))

        assert [town.name for town in store.query(Town, platform_key("TOWNS")).items] == ["North"]


def test_unprocessed_writes_are_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    place = tenant_key("DESK", "1")
    send = ScopedConnection._make_api_call
    refusals = iter([3, 1])

    def throttled(self: ScopedConnection, name: str, arguments: dict[str, Any]) -> Any:
        keep = next(refusals, 0) if name == "BatchWriteItem" else 0
        if not keep:
            return send(self, name, arguments)
        ((table, entries),) = arguments["RequestItems"].items()
        send(self, name, {**arguments, "RequestItems": {table: entries[keep:]}})
        return {"UnprocessedItems": {table: entries[:keep]}}

    monkeypatch.setattr(ScopedConnection, "_make_api_call", throttled)
    monkeypatch.setattr("luca.aws.store.items.pause", lambda attempt: None)
    store.batch_put(Lamp(place, f"LAMP-{n}", colour="red") for n in range(9))

    assert len(store.query(Lamp, place).items) == 9
    assert next(refusals, None) is None


@pytest.mark.parametrize("silence", [EndpointConnectionError, ReadTimeoutError])
def test_a_store_that_does_not_answer_is_unavailable(
    monkeypatch: pytest.MonkeyPatch, silence: type[BotoCoreError]
) -> None:
    def silent(*_: Any) -> Any:
        raise silence(endpoint_url="http://store")

    monkeypatch.setattr(ScopedConnection, "_make_api_call", silent)
    work = Transaction()
    work.put(desk())

    for call in (
        lambda: store.get(Desk, tenant_key("DESK", "1"), "PROFILE"),
        lambda: store.query(Desk, tenant_key("DESK", "1")),
        lambda: store.put(desk()),
        lambda: store.batch_put([desk()]),
        lambda: store.batch_get(Desk, [(tenant_key("DESK", "1"), "PROFILE")]),
        work.commit,
    ):
        with pytest.raises(Unavailable) as trouble:
            call()
        assert trouble.value.code == "store_unreachable"


def test_a_transaction_that_is_sent_again_names_itself_as_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its answer was lost; DynamoDB knows by the token that it is done, and each has its own."""
    tokens: list[str] = []
    send = Wire._once

    def lost(self: Wire, operation: str, body: bytes) -> bytes:
        tokens.append(json.loads(body)["ClientRequestToken"])
        if len(tokens) == 1:
            raise ReadTimeoutError(endpoint_url="http://store")
        return send(self, operation, body)

    monkeypatch.setattr(Wire, "_once", lost)
    for _ in range(2):
        work = Transaction()
        work.put(Lamp(tenant_key("DESK", "1"), "LAMP-1", colour="red"))
        work.commit()

    assert tokens[0] == tokens[1] != tokens[2]


def test_a_thread_never_gets_a_connection_that_signs_for_no_school() -> None:
    begun, go_on = Event(), Event()

    class Slow(ScopedConnection):
        def __init__(self, **options: Any) -> None:
            begun.set()
            go_on.wait(60)
            super().__init__(**options)

    class Chair(TenantItem, discriminator="test-chair"):
        connects = Slow

    def found() -> type:
        return type(Chair._get_connection().connection)

    with ThreadPoolExecutor() as pool:
        first = pool.submit(found)
        assert begun.wait(60)
        second = pool.submit(found)
        wait([second], timeout=0.2)
        go_on.set()

        assert (first.result(), second.result()) == (Slow, Slow)


def test_a_new_session_is_not_thrown_away_by_who_failed_with_the_old_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scoped, "_refreshable", lambda _: object())
    sessions = scoped._Sessions()
    old = sessions.of("north")
    sessions.forget("north", failed=old)
    fresh = sessions.of("north")
    sessions.forget("north", failed=old)  # a second thread that noticed later

    assert sessions.of("north") is fresh
    sessions.forget("north")
    assert sessions.known("north") is None


def test_many_threads_with_a_forgotten_session_make_one_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[object] = []

    def make(_: object) -> object:
        made.append(object())
        return made[-1]

    monkeypatch.setattr(scoped, "_refreshable", make)
    sessions = scoped._Sessions()
    old, gate = sessions.of("north"), Barrier(8)

    def renew() -> object:
        gate.wait(60)
        sessions.forget("north", failed=old)
        return sessions.of("north")

    with ThreadPoolExecutor(8) as pool:
        found = {future.result() for future in [pool.submit(renew) for _ in range(8)]}

    assert len(made) == 2
    assert found == {made[1]}


def test_keys_that_were_left_out_are_asked_for_again_after_a_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paused: list[int] = []
    monkeypatch.setattr(items, "pause", paused.append)
    places = [(tenant_key("DESK", name), "PROFILE") for name in "123"]
    for name in "123":
        store.put(desk(name))
    whole = Desk._batch_get_page

    def half(keys: list[Any], *rest: Any) -> Any:
        page, _ = whole(keys[:1], *rest)  # type: ignore[no-untyped-call]
        return page, keys[1:]

    monkeypatch.setattr(Desk, "_batch_get_page", half)
    assert len(store.batch_get(Desk, places)) == 3
    assert paused == [0, 1]

    monkeypatch.setattr(Desk, "_batch_get_page", lambda keys, *_: ([], keys))
    with pytest.raises(store.Busy):
        store.batch_get(Desk, places)
