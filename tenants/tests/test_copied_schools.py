"""Most tests begin in a school that is a copy: it has to be what the services would have made."""

import json
import secrets
from collections import Counter
from typing import Any

from luca.aws import storage
from luca.aws.tests.copying import Schools
from luca.kernel import context
from luca.kernel.ids import StudentId
from tenants import services
from tenants.domain import Student
from tenants.tests.conftest import ADA, furnish


def some_school() -> str:
    return f"school-{secrets.token_hex(6)}"


def sorted_items(schools: Schools, name: str) -> list[str]:
    return sorted(json.dumps(one, sort_keys=True) for one in schools.items(name))


def test_a_copy_has_what_the_first_had_then_under_its_own_name(schools: Schools) -> None:
    def made(school: str) -> None:
        with context.entered(school=school):
            furnish(school)
            storage.write("report.json", school.encode())

    first, second = some_school(), some_school()
    schools.furnish(first, made)
    then = [one.replace(first, second) for one in sorted_items(schools, first)]
    with context.entered(school=first):
        services.add_students([Student(StudentId("late"), "Late")])
    schools.furnish(second, made)

    assert sorted_items(schools, second) == sorted(then)
    assert len(then) > 20
    assert not any(first in one or "late" in one for one in then)
    with context.entered(school=second):
        assert services.student(ADA).given_name == "Ada"
        assert storage.read("report.json") == second.encode()


def test_a_copy_has_as_many_items_of_each_kind_as_a_school_that_was_made(schools: Schools) -> None:
    def kinds(name: str) -> Counter[Any]:
        return Counter(json.dumps(one.get("kind")) for one in schools.items(name))

    made, copy = some_school(), some_school()
    with context.entered(school=made):
        furnish(made)
    with context.entered(school=copy):
        schools.furnish(copy, furnish)

    assert kinds(copy) == kinds(made)
    assert len(kinds(made)) > 5
