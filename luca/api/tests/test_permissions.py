"""Who passes a view's door: people by their groups, programs by their scopes."""

from types import SimpleNamespace
from typing import Any

import pytest

from luca.api.permissions import Anyone
from luca.api.verifying import Principal
from luca.kernel.errors import Forbidden
from luca.kernel.ids import PersonId, SchoolId


def asked(user: Any, *groups: str, scopes: tuple[str, ...] = ()) -> bool:
    request: Any = SimpleNamespace(user=user)
    view: Any = None
    return Anyone(*groups, scopes=scopes)().has_permission(request, view)


def who(*groups: str, scopes: tuple[str, ...] = ()) -> Principal:
    return Principal(PersonId("x"), SchoolId("north"), frozenset(groups), frozenset(scopes))


def test_people_pass_by_their_groups() -> None:
    assert asked(who("teacher"), "teacher", "school_admin")
    assert asked(who("student"))
    assert not asked(who("student"), "teacher")
    assert not asked(None)


def test_a_program_passes_by_its_scopes_and_not_by_groups() -> None:
    reader = who("integrator", scopes=("grades.read",))

    assert asked(reader, "teacher", scopes=("grades.read",))
    with pytest.raises(Forbidden, match=r"people\.read"):
        asked(reader, "teacher", scopes=("people.read",))
    assert not asked(reader)
    assert not asked(reader, "integrator")


def test_a_program_that_says_it_is_an_admin_is_a_program() -> None:
    assert not asked(who("integrator", "school_admin"), "school_admin")


def test_scopes_do_not_help_people() -> None:
    assert not asked(who("student", scopes=("grades.read",)), "teacher", scopes=("grades.read",))


def test_a_scope_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(ValueError, match=r"grades\.reed"):
        Anyone(scopes=("grades.reed",))
