"""No thread, pool or task works in another's school, and without a school nothing leaves."""

import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.httpsession import URLLib3Session
from celery import Celery
from celery.contrib.testing.worker import start_worker
from pynamodb.attributes import UnicodeAttribute

from luca.aws import audit, queue, storage, store
from luca.aws.audit import Action
from luca.aws.scoped import SESSIONS
from luca.aws.table import IntegerAttribute, TenantItem, tenant_key
from luca.aws.tasks import _Entered
from luca.kernel import context
from luca.kernel.errors import NoSchool

THREADS, ACTS_IN_ALL = 8, 1_400  # acts; most are several calls
DESKS = 5


class Owned(TenantItem, discriminator="test-owned"):
    """Says whose it is, so that a mix-up can be seen."""

    school = UnicodeAttribute()
    number = IntegerAttribute()


@pytest.fixture
def schools(aws: object) -> list[str]:  # noqa: ARG001 -- it must run
    """Two schools with desks of the same names, each of its own."""
    names = [f"{side}-{secrets.token_hex(6)}" for side in ("north", "south")]
    for name in names:
        with context.entered(school=name):
            for number in range(DESKS):
                store.put(desk(number))
            storage.write("owner.txt", name.encode())
    return names


def desk(number: int) -> Owned:
    return Owned(tenant_key("DESK", "all"), f"D{number}", school=context.school(), number=number)


def get(number: int) -> str:
    found = store.get(Owned, tenant_key("DESK", "all"), f"D{number}", consistent=True)
    return found.school if found else "nothing"


def put(number: int) -> str:
    store.put(desk(number))
    return get(number)


def query(_: int) -> str:
    found = {one.school for one in store.every(Owned, tenant_key("DESK", "all"), consistent=True)}
    return found.pop() if len(found) == 1 else f"{len(found)} schools"


def batch(_: int) -> str:
    places = [(tenant_key("DESK", "all"), f"D{n}") for n in range(DESKS)]
    found = {one.school for one in store.batch_get(Owned, places, consistent=True)}
    return found.pop() if len(found) == 1 else f"{len(found)} schools"


def transaction(number: int) -> str:
    work = store.Transaction()
    work.put(desk(number))
    work.commit()
    return get(number)


def file(_: int) -> str:
    return (storage.read("owner.txt") or b"nothing").decode()


ACTS: tuple[Callable[[int], str], ...] = (
    *(get, put, query, batch, transaction) * 6,
    file,  # rarely: a storage with new credentials costs 40 ms of processor
)


def _expire() -> None:
    """Let every session be at its end, as 45 minutes do."""
    for school in list(SESSIONS._known):
        session: Any = SESSIONS._known.get(school)
        if session is not None:
            session._expiry_time = datetime.now(UTC) + timedelta(seconds=60)


@pytest.fixture
def restless() -> Iterator[None]:
    """Sessions expire and are forgotten all the time, as when STS restarts."""
    over = threading.Event()

    def disturb() -> None:
        while not over.wait(0.2):
            SESSIONS.forget()
            over.wait(0.2)
            _expire()

    thread = threading.Thread(target=disturb)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.mark.usefixtures("restless")
def test_eight_threads_work_in_two_schools_and_never_in_each_others(schools: list[str]) -> None:
    def act(n: int) -> bool:
        school = schools[n % 2]
        with context.entered(school=school):
            return ACTS[(n // 2) % len(ACTS)](n % DESKS) == school

    with ThreadPoolExecutor(THREADS) as pool:
        right = list(pool.map(act, range(ACTS_IN_ALL)))

    assert right == [True] * ACTS_IN_ALL


def test_a_pool_inside_each_school_carries_that_school(schools: list[str]) -> None:
    """As services read two things at once: one pool, shared by all requests."""
    with ThreadPoolExecutor(THREADS) as shared, ThreadPoolExecutor(THREADS) as requests:

        def request(n: int) -> bool:
            school = schools[n % 2]
            with context.entered(school=school):
                both = [shared.submit(context.carried(get), n % DESKS) for _ in range(2)]
                return [one.result() for one in both] == [school] * 2

        assert all(requests.map(request, range(400)))
        assert shared.submit(context.current).result() == context.NOBODY


def test_a_workers_threads_never_inherit_the_school_of_the_last_task(schools: list[str]) -> None:
    """A real worker with eight threads; every tenth task fails in its school."""
    app = Celery("mixing", broker="memory://", backend="cache+memory://", set_as_current=False)
    app.conf.update(worker_hijack_root_logger=False, task_serializer="json")
    seen: list[tuple[str, str, str]] = []

    @app.task(name="mixing.read", base=_Entered, bind=False)
    def read(asked: str, number: int) -> None:
        seen.append((asked, context.school(), get(number % DESKS)))
        if number % 10 == 0:
            raise ZeroDivisionError

    worker: Any = start_worker(
        app, pool="threads", concurrency=THREADS, perform_ping_check=False, loglevel="CRITICAL"
    )
    with worker:
        waiting = [
            read.apply_async((schools[n % 2], n), headers={"school_id": schools[n % 2]})
            for n in range(160)
        ]
        for one in waiting:
            one.get(timeout=60, propagate=False)

    assert len(seen) == 160
    assert {asked == inside == owner for asked, inside, owner in seen} == {True}


DOORS: dict[str, Callable[[], object]] = {
    "get": lambda: get(1),
    "put": lambda: store.put(Owned("TENANT#north#DESK#all", "D1", school="north", number=1)),
    "update": lambda: store.update(Owned("TENANT#north#DESK#all", "D1"), [Owned.number.set(2)]),
    "delete": lambda: store.delete(Owned("TENANT#north#DESK#all", "D1")),
    "query": lambda: store.query(Owned, "TENANT#north#DESK#all"),
    "index": lambda: store.query(Owned, "TENANT#north#PEOPLE#STUDENT", index="GSI1"),
    "batch_get": lambda: store.batch_get(Owned, [("TENANT#north#DESK#all", "D1")]),
    "batch_put": lambda: store.batch_put(
        [Owned("TENANT#north#DESK#all", "D1", school="north", number=1)]
    ),
    "audit": lambda: audit.record(Action.SIGNED_IN, "person:ada"),
    "file_read": lambda: storage.read("owner.txt"),
    "file_write": lambda: storage.write("owner.txt", b"x"),
}


def _transaction() -> None:
    work = store.Transaction()
    work.put(Owned("TENANT#north#DESK#all", "D1", school="north", number=1))
    work.commit()


@pytest.mark.parametrize("door", [*DOORS, "transaction"])
def test_without_a_school_a_worker_fails_before_any_call_leaves_it(
    aws: object,  # noqa: ARG001 -- a real endpoint, so that a call could leave
    monkeypatch: pytest.MonkeyPatch,
    door: str,
) -> None:
    """Even with a whole key at hand: it is the signature that needs a school."""
    sent: list[str] = []

    def send(_: Any, request: Any) -> Any:
        sent.append(request.url)
        raise AssertionError("A call left the process.")

    monkeypatch.setattr(URLLib3Session, "send", send)
    act = DOORS.get(door, _transaction)
    raised: list[BaseException] = []

    def work() -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 -- whatever it is, it is looked at below
            raised.append(error)

    thread = threading.Thread(target=work)  # a worker's thread starts with no school
    thread.start()
    thread.join()

    assert sent == []
    assert [type(one) for one in raised] == [NoSchool]


def test_a_message_made_without_a_school_names_none(aws: object) -> None:  # noqa: ARG001
    text = queue.envelope("tests.school", {}, identity="1", queue="tasks")

    assert '"school_id":""' in text
