"""Who has withdrawn keeps what was graded, and nothing new is added to it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal

import pytest

from grades import services
from grades.domain import Done, NewEvaluation
from grades.tests.cast import ADA, AUTUMN, BLAS, EXAM, MATHS, TERESA, TOMAS, given
from luca.kernel.errors import NotFound
from tenants import services as tenants

Act = Callable[[str, str], AbstractContextManager[None]]
pytestmark = pytest.mark.usefixtures("north")


def test_the_grades_of_a_student_who_withdrew_stay_readable_to_staff(as_: Act) -> None:
    given(ADA, 90)
    services.consolidate()
    tenants.withdraw(MATHS, AUTUMN, [ADA])

    for who, group in ((TERESA, "teacher"), ("boss", "school_admin"), (ADA, "student")):
        with as_(who, group):
            (course,) = services.profile(ADA, AUTUMN).courses
            assert course.official is not None
            assert course.official.current == Decimal("90.0")
    with as_(TOMAS, "teacher"), pytest.raises(NotFound):
        services.profile(ADA, AUTUMN)


def test_a_student_who_withdrew_gets_no_new_results(as_: Act) -> None:
    given(ADA, 90)
    tenants.withdraw(MATHS, AUTUMN, [ADA])

    rows = [NewEvaluation(one, MATHS, AUTUMN, EXAM, Decimal(70)) for one in (ADA, BLAS)]
    with as_(TERESA, "teacher"):
        refused, stored = services.record(None, rows)

    assert (refused.done, stored.done) == (Done.REFUSED, Done.STORED)
