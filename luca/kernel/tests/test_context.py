from concurrent.futures import ThreadPoolExecutor

import pytest

from luca.kernel import context
from luca.kernel.errors import NoSchool


def test_without_a_school_nothing_works() -> None:
    with pytest.raises(NoSchool):
        context.school()


def test_the_school_is_left_again_also_after_an_error() -> None:
    with (
        pytest.raises(ZeroDivisionError),
        context.entered(school="north", actor="ada", groups=frozenset({"teacher"})),
    ):
        assert (context.school(), context.actor()) == ("north", "ada")
        _ = 1 / 0

    assert context.current() == context.Context()


def test_actor_and_groups_do_not_leak_into_the_next_school() -> None:
    with (
        context.entered(school="north", actor="ada", groups=frozenset({"teacher"})),
        context.entered(school="south"),
    ):
        assert (context.school(), context.actor(), context.groups()) == ("south", None, frozenset())


def test_the_correlation_id_stays_when_none_is_given() -> None:
    with context.entered(correlation_id="c-1"), context.entered(school="south"):
        assert context.correlation_id() == "c-1"


def test_a_name_that_is_no_school_is_refused() -> None:
    with pytest.raises(ValueError, match="school's id"), context.entered(school="north#1"):
        pass


def test_threads_of_a_pool_never_mix_schools_up() -> None:
    with ThreadPoolExecutor(8) as pool:
        futures = []
        for n in range(2000):
            school = "north" if n % 2 else "south"
            with context.entered(school=school):
                futures.append((school, pool.submit(context.carried(context.school))))

        assert all(future.result() == school for school, future in futures)


def test_a_plain_thread_starts_without_a_school() -> None:
    with context.entered(school="north"), ThreadPoolExecutor(1) as pool:
        found = pool.submit(context.school)

    assert isinstance(found.exception(), NoSchool)
