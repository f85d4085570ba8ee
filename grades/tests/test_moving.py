"""A result counts in another category, for one student only."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from grades import services
from grades.domain import SyncState
from grades.tests.cast import (
    ADA,
    AUTUMN,
    COURSE,
    EXAM,
    MATHS,
    TERESA,
    given,
    grade_of,
)
from luca.kernel.errors import Invalid
from luca.kernel.ids import PersonId

Act = Callable[[str, str], AbstractContextManager[None]]
pytestmark = pytest.mark.usefixtures("north")
ADMIN, TEACHER = PersonId("principal"), PersonId(TERESA)


def test_a_result_counts_where_it_was_moved_to(as_: Act) -> None:
    services.publish_rules(MATHS, {"weights": {"exam": 50, "homework": 50}})
    given(ADA, 80)
    with as_(TERESA, "teacher"):
        with pytest.raises(Invalid) as refusal:
            services.move(
                TEACHER, ADA, COURSE, EXAM, category="sports", reason="Era tarea", version=1
            )
        moved = services.move(
            TEACHER, ADA, COURSE, EXAM, category="homework", reason="Era tarea", version=1
        )
        assert (moved.moved_to, moved.version) == ("homework", 2)
    assert refusal.value.code == "category_unknown"
    services.consolidate()
    trace = services.explanation(ADA, COURSE, language="es").of.trace
    assert trace["inputs"][0]["category"] == "homework"
    with as_(TERESA, "teacher"):
        back = services.move(
            TEACHER, ADA, COURSE, EXAM, category="", reason="No era tarea", version=2
        )
    assert (back.moved_to, back.history[-1].moved_to) == ("", "homework")


def test_voiding_forgets_where_a_result_was_moved_to(as_: Act) -> None:
    services.publish_rules(MATHS, {"weights": {"exam": 50, "homework": 50}})
    given(ADA, 80)
    who = (TEACHER, ADA, COURSE, EXAM)
    with as_(TERESA, "teacher"):
        services.move(*who, category="homework", reason="Era tarea", version=1)
        after = services.void(*who, reason="Otro alumno", version=2)
    assert (after.moved_to, after.history[-1].moved_to) == ("", "homework")


def test_a_closed_period_s_result_moves_among_the_categories_it_was_graded_by(as_: Act) -> None:
    services.publish_rules(MATHS, {"weights": {"exam": 50, "homework": 50}})
    given(ADA, 80)
    services.consolidate(AUTUMN, close=True)
    services.publish_rules(MATHS, {"weights": {"exam": 50, "project": 50}})
    who = (ADMIN, ADA, COURSE, EXAM)
    with as_(ADMIN, "school_admin"):
        with pytest.raises(Invalid) as refusal:
            services.move(*who, category="project", reason="Era proyecto", version=1)
        assert refusal.value.code == "category_unknown"
        services.move(*who, category="homework", reason="Era tarea", version=1)
    services.consolidate()
    assert (grade_of().version, grade_of().sync_state) == (2, SyncState.PENDING)
