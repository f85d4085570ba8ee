"""What looking at classes and students costs, and what is refused before it costs too much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from behavior import repository, services
from behavior.services import activity
from behavior.tests.school_days import (
    ANA,
    CARLA,
    FIRST_A,
    FIRST_B,
    LUIS,
    NOW,
    acting,
    ago,
    at,
    counts,
    happen,
)
from luca.aws.table import ScopedConnection
from luca.kernel import clock, context
from luca.kernel.errors import TooLarge, Unavailable
from luca.kernel.ids import GroupId, SchoolId, StudentId
from tenants import services as tenants
from tenants.domain import Group, School, Student

if TYPE_CHECKING:
    from datetime import datetime

Calls = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Every call for which the school's session signs."""
    seen: Calls = []
    real = ScopedConnection._make_api_call

    def noting(self: ScopedConnection, operation: str, arguments: dict[str, Any]) -> Any:
        seen.append((operation, arguments))
        return real(self, operation, arguments)

    monkeypatch.setattr(ScopedConnection, "_make_api_call", noting)
    return seen


@pytest.mark.usefixtures("liceo")
def test_looking_at_a_class_costs_one_query_for_each_member(calls: Calls) -> None:
    happen(ANA, *({"time": ago(minutes=n)} for n in range(60)))

    def asked(group: GroupId) -> list[dict[str, Any]]:
        calls.clear()
        services.class_day(group)
        assert {name for name, _ in calls} <= {"Query", "BatchGetItem", "GetItem"}
        return [arguments for name, arguments in calls if name == "Query"]

    three, one = asked(FIRST_A), asked(FIRST_B)
    assert len(three) - len(one) == 2  # two members more, two Queries more
    of_events = [query for query in three if "EVENT#" in str(query)]
    assert len(of_events) == 3
    assert {query["ConsistentRead"] for query in of_events} == {True}
    assert {query.get("IndexName") for query in three} == {None}
    assert len(calls) - len(one) == 3  # names in one call, the group, the school's time zone


@pytest.mark.usefixtures("liceo")
def test_a_month_is_one_query_however_long_it_is(calls: Calls) -> None:
    """Its pages are as long as DynamoDB makes them: a megabyte."""
    heavy = {"metadata": {"essay": "x" * 8000}}
    happen(ANA, *({"time": ago(hours=n), **heavy} for n in range(280)))
    calls.clear()
    with acting(context.school(), "ana", "student"):
        assert counts(services.student_days(ANA).total) == (280, 280)
    queries = [arguments for name, arguments in calls if name == "Query"]
    pages = [query for query in queries if "EVENT#" in str(query)]
    assert len(queries) == len(pages)
    assert 2 <= len(pages) <= 4
    assert [("ExclusiveStartKey" in query) for query in pages] == [
        False,
        *[True] * (len(pages) - 1),
    ]
    assert all("metadata" not in str(query) for query in pages)


@pytest.mark.usefixtures("liceo")
def test_a_count_that_fails_fails_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Better none than one without Luis."""
    real = repository.happened

    def broken(student: StudentId, *window: datetime) -> Any:
        if student == LUIS:
            raise Unavailable
        return real(student, *window)

    monkeypatch.setattr(repository, "happened", broken)
    with pytest.raises(Unavailable):
        services.class_day(FIRST_A)


@pytest.mark.usefixtures("liceo")
def test_a_group_too_large_to_look_at_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity, "MOST_MEMBERS", 3)
    assert len(services.class_day(FIRST_A).members) == 3
    tenants.add_members(FIRST_A, [CARLA])
    with pytest.raises(TooLarge) as refused:
        services.class_day(FIRST_A)
    assert refused.value.code == "too_many_members"


def test_hundreds_are_looked_at_together(school: str) -> None:
    with clock.stopped(NOW):
        tenants.create_school(School(SchoolId(school), "Liceo"))
        tenants.add_group(Group(FIRST_A, "1A"))
        crowd = [StudentId(f"s{n:03}") for n in range(300)]
        tenants.add_students(Student(one, one.title(), "Paz") for one in crowd)
        tenants.add_members(FIRST_A, crowd)
        for n, one in enumerate(crowd):
            happen(one, at(ago(minutes=n % 60), quantity=n + 1))
        found = services.class_day(FIRST_A)
    assert [(one.id, own.quantity) for one, own in found.members] == [
        (one, n + 1) for n, one in enumerate(crowd)
    ]
    assert counts(found.total) == (300, 300 * 301 // 2)
