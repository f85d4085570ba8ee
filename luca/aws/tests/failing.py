"""Tasks for a worker of the tests: one succeeds, one never does."""

from luca.aws.tasks import school_task


@school_task(name="tests.fails")
def fails() -> None:
    raise ZeroDivisionError("Ada Lovelace has no grade")


@school_task(name="tests.passes")
def passes() -> None:
    """Nothing: to be taken off the queue is all."""
