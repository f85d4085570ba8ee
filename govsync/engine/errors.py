"""The errors that the language itself names."""

RUNTIME = "States.Runtime"
TIMEOUT = "States.Timeout"
TASK_FAILED = "States.TaskFailed"
ALL = "States.ALL"
NO_CHOICE = "States.NoChoiceMatched"
PARAMETERS = "States.ParameterPathFailure"
RESULT_PATH = "States.ResultPathMatchFailure"
INTRINSIC = "States.IntrinsicFailure"
NOT_TASK_FAILURES = frozenset({TIMEOUT})  # States.TaskFailed stands for any error but this one
UNCATCHABLE = frozenset({RUNTIME})  # the specification: States.ALL does not catch it


class StateError(Exception):
    """A state failed; `name` is what Retry and Catch compare."""

    def __init__(self, name: str, cause: str) -> None:
        super().__init__(f"{name}: {cause}")
        self.name = name
        self.cause = cause


def matches(names: tuple[str, ...], error: str) -> bool:
    """Tell whether a Retry or Catch that lists these names concerns an error."""
    if error in names:
        return True
    if error in UNCATCHABLE:
        return False
    return ALL in names or (TASK_FAILED in names and error not in NOT_TASK_FAILURES)
