import pytest

from luca.aws.tasks import platform_task, school_task
from luca.celery import app
from luca.kernel import context
from luca.kernel.errors import NoSchool
from luca.telemetry import origins
from luca.telemetry.tests.recording import recorded, trace_of

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


@pytest.mark.parametrize(
    ("due", "seconds"),
    [
        ("2026-11-22T02:00:00Z", "9" * 20),
        ("9999-12-31T23:59:59Z", "86400"),
        ("0001-01-01T00:00:00+14:00", "-9"),
        ("2026-11-22T02:00:00", "60"),  # of no zone
        ("2026-11-22T02:00:00Z", "soon"),
        ("today", "60"),
    ],
)
def test_a_tick_whose_time_is_none_is_worked(due: str, seconds: str) -> None:
    run("tests.platform", {"luca_due": due, "luca_expires_after": seconds})

    assert len(SEEN) == 1


def test_a_tick_that_has_waited_too_long_is_dropped() -> None:
    run("tests.platform", {"luca_due": "2026-11-22T02:00:00Z", "luca_expires_after": "60"})

    assert SEEN == []


def test_a_task_goes_on_with_the_trace_of_its_message() -> None:
    header = origins.spelled(origins.begun().trace, "53995c3f42cd8ad8", sampled=True)
    with recorded() as ended:
        run("tests.platform", {"luca_trace": header})

    (task,) = ended.spans
    assert (task.name, task.links) == ("tests.platform", ())
    assert trace_of(task) == origins.of_xray(header).trace == SEEN[0].trace_id


def test_what_aws_says_of_the_trace_goes_before_what_the_message_says() -> None:
    theirs, ours = (origins.spelled(origins.begun().trace, "1" * 16, sampled=True) for _ in "ab")
    message = {"delivery_info": {"sqs_message": {"Attributes": {"AWSTraceHeader": theirs}}}}
    with recorded():
        run("tests.platform", {"luca_trace": ours, "properties": message})  # type: ignore[dict-item]

    assert SEEN[0].trace_id == origins.of_xray(theirs).trace


@pytest.mark.parametrize("sampled", [True, False])
def test_hours_of_tasks_are_traces_that_are_linked_and_not_one(*, sampled: bool) -> None:
    begun = origins.begun().trace
    old = f"{int(begun[:8], 16) - 3600:08x}{begun[8:]}"
    with recorded() as ended:
        run("tests.platform", {"luca_trace": origins.spelled(old, "1" * 16, sampled=sampled)})

    assert SEEN[0].trace_id not in {old, ""}
    assert [f"{link.context.trace_id:032x}" for one in ended.spans for link in one.links] == (
        [old] if sampled else []
    )


def test_without_traces_a_message_still_tells_the_log_its_id() -> None:
    header = origins.spelled("ab" * 16, "1" * 16, sampled=False)
    run("tests.platform", {"luca_trace": header})

    assert SEEN[0].trace_id == "ab" * 16
