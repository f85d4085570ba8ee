"""What an import costs the store, counted and not timed; and one that is really killed."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from luca.aws import store
from luca.aws.table import ScopedConnection
from luca.kernel import context
from luca.kernel.ids import StudentId
from tenants import keys, rules, services
from tenants.domain import Role
from tenants.models import WordItem
from tenants.services.imports import Kind, import_table
from tenants.tests.conftest import FIRST_A, Cast

ROOT = Path(__file__).parents[2]
GIVEN = ("José Ángel", "María del Carmen", "Íñigo", "Zoë", "Juan Pablo", "Guadalupe", "Siobhán")
FAMILY = ("Núñez", "de la Cruz", "O'Farrill", "Peña", "Ibáñez", "García-Müller", "Hernández")


def school_of(count: int, **changes: str) -> bytes:
    rows = ["matrícula,nombre,primer apellido,segundo apellido,correo,clave externa,grupo"]
    for n in range(count):
        family, mother = FAMILY[n % 7], FAMILY[n // 7 % 7]
        given = changes.get(f"a-{n}", GIVEN[n // 49 % 7])
        rows.append(f"a-{n},{given},{family},{mother},a{n}@norte.example,X-{n},1a")
    return "\n".join(rows).encode()


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each operation of DynamoDB was called."""
    counted: Counter[str] = Counter()
    call = ScopedConnection._make_api_call

    def count(self: ScopedConnection, name: str, arguments: dict[str, Any]) -> Any:
        counted[name] += 1
        return call(self, name, arguments)

    monkeypatch.setattr(ScopedConnection, "_make_api_call", count)
    return counted


@pytest.mark.slow
@pytest.mark.usefixtures("north")
def test_two_thousand_students_cost_a_few_hundred_calls_and_none_for_those_unchanged(
    calls: Counter[str],
) -> None:
    table = school_of(2000)

    assert import_table(Kind.STUDENTS, table).new == 2000
    # 8 items each: the student, two look-ups, the membership, and the words of the name.
    assert calls["TransactWriteItems"] <= 220
    assert calls["BatchWriteItem"] == 80
    assert calls["BatchGetItem"] <= 80
    assert sum(calls.values()) <= 400

    calls.clear()
    assert import_table(Kind.STUDENTS, table).unchanged == 2000
    assert set(calls) == {"BatchGetItem", "Query", "PutItem"}  # the one put is the audit's
    assert sum(calls.values()) <= 50

    calls.clear()
    assert import_table(Kind.STUDENTS, school_of(2000, **{"a-7": "Zoé María"})).changed == 1
    assert (calls["TransactWriteItems"], calls["BatchWriteItem"]) == (1, 0)


@pytest.mark.slow
@pytest.mark.usefixtures("north")
def test_a_search_in_a_school_of_two_thousand_reads_two_times(calls: Counter[str]) -> None:
    import_table(Kind.STUDENTS, school_of(2000))
    calls.clear()

    found, _ = services.search(Role.STUDENT, "zoe nunez pena", limit=50)

    assert 0 < len(found) <= 50
    assert calls["BatchGetItem"] <= calls["Query"]
    assert sum(calls.values()) <= 20


@pytest.mark.usefixtures("north")
def test_two_imports_of_one_file_at_once_make_one_school() -> None:
    table, barrier = school_of(120), Barrier(3)

    def load() -> None:
        barrier.wait()
        import_table(Kind.STUDENTS, table)

    threads = [Thread(target=context.carried(load)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(services.members(FIRST_A)) == 122
    assert {one.version for one in present(120).values()} == {1}
    again = import_table(Kind.STUDENTS, table)
    assert (again.unchanged, again.new, again.changed) == (120, 0, 0)


@pytest.mark.slow
def test_an_import_that_is_killed_is_finished_by_repeating_it(north: Cast, tmp_path: Path) -> None:
    table, size = tmp_path / "alumnos.csv", 900
    table.write_bytes(school_of(size))
    command = [sys.executable, "manage.py", "import_people", str(table)]
    command += ["--school", north.school, "--kind", "students"]

    stored: list[int] = []
    for patience in (0, 0.2, 0.4):
        process = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ))
        wait_until_more_than(len(present(size)))
        time.sleep(patience)
        process.send_signal(signal.SIGKILL)
        process.wait()
        stored.append(len(present(size)))
    assert 0 < stored[0] < size, "nothing was killed half-way"
    assert stored == sorted(stored)

    done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, check=True)

    assert str(size - stored[-1]) in done.stdout.decode()
    assert len(present(size)) == len([one for one in services.members(FIRST_A) if one[:2] == "a-"])
    for student in present(size).values():
        for word in rules.words_of(student.given_name, student.family_name):
            if len(word) > 1:
                place = keys.words("STUDENT", word)
                assert store.get(WordItem, place, keys.word(word, student.id)) is not None
        assert services.student_by_external_id(student.external_id) == student


def present(size: int) -> dict[Any, Any]:
    return services.students(StudentId(f"a-{n}") for n in range(size))


def wait_until_more_than(count: int) -> None:
    for _ in range(2400):
        if len(present(900)) > count:
            return
        time.sleep(0.05)
    raise AssertionError("the import wrote nothing in two minutes")
