import pytest

from luca.aws.tasks import platform_task, school_task
from luca.celery import app
from luca.kernel import context
from luca.kernel.errors import NoSchool

SEEN: list[context.Context] = []


@school_task(name="tests.school")
def in_a_school() -> None:
    SEEN.append(context.current())


@platform_task(name="tests.platform")
def on_the_platform(*, fail: str = "") -> None:
    SEEN.append(context.current())
    if fail:
        raise ZeroDivisionError


@pytest.fixture(autouse=True)
def fresh() -> None:
    SEEN.clear()


def run(name: str, headers: dict[str, str], **arguments: str) -> None:
    """Run a task as a worker does: from a message's headers."""
    task = app.tasks[name]
    task.push_request(id="id-1", **headers)
    try:
        task(**arguments)
    finally:
        task.pop_request()


def test_a_task_works_in_the_school_of_its_message_and_leaves_it() -> None:
    run(
        "tests.school",
        {
            "school_id": "north",
            "actor_id": "ada",
            "actor_groups": "guardian,teacher",
            "luca_correlation_id": "c-1",
            "luca_trace_id": "t-1",
        },
    )

    assert [
        context.Context("north", "ada", frozenset({"guardian", "teacher"}), "c-1", "t-1")  # type: ignore[arg-type]
    ] == SEEN
    assert context.current() == context.Context()


@pytest.mark.parametrize("school", ["", "North", "a#b", "*"])
def test_a_message_without_a_proper_school_is_refused(school: str) -> None:
    with pytest.raises((NoSchool, ValueError)):
        run("tests.school", {"school_id": school})

    assert SEEN == []


def test_a_failed_task_leaves_nothing_behind() -> None:
    with pytest.raises(ZeroDivisionError):
        run("tests.platform", {}, fail="yes")

    assert SEEN[0].school is None
    assert SEEN[0].correlation_id == "id-1"
    assert context.current() == context.Context()
