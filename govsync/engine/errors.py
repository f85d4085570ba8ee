"""The errors that the language itself names."""

from collections.abc import Iterable

RUNTIME = "States.Runtime"
TIMEOUT = "States.Timeout"
HEARTBEAT = "States.HeartbeatTimeout"
TASK_FAILED = "States.TaskFailed"
ALL = "States.ALL"
NO_CHOICE = "States.NoChoiceMatched"
PARAMETERS = "States.ParameterPathFailure"
RESULT_PATH = "States.ResultPathMatchFailure"
INTRINSIC = "States.IntrinsicFailure"
TOO_LARGE = "States.DataLimitExceeded"
KNOWN = frozenset(
    {
        ALL,
        HEARTBEAT,
        INTRINSIC,
        NO_CHOICE,
        PARAMETERS,
        RESULT_PATH,
        RUNTIME,
        TASK_FAILED,
        TIMEOUT,
        TOO_LARGE,
        "States.BranchFailed",
        "States.ExceedToleratedFailureThreshold",
        "States.ItemReaderFailed",
        "States.Permissions",
        "States.ResultWriterFailed",
    }
)
NOT_TASK_FAILURES = frozenset({TIMEOUT})  # States.TaskFailed stands for any error but this one
UNCATCHABLE = frozenset({RUNTIME, TOO_LARGE})  # the specification: States.ALL does not catch them


class StateError(Exception):
    """A state failed; `name` is what Retry and Catch compare."""

    def __init__(self, name: str, cause: str) -> None:
        super().__init__(f"{name}: {cause}")
        self.name = name
        self.cause = cause


def matches(names: Iterable[str], error: str) -> bool:
    """Tell whether a Retry or Catch that lists these names concerns an error.

    A missed heartbeat has a name of its own and is a timeout as well: AWS
    defines States.Timeout as "ran longer than TimeoutSeconds, or failed to
    heartbeat for longer than HeartbeatSeconds" (ErrorCodes.TIMEOUT of its SDK
    for Java), and whoever caught it before the second name existed still does
    (aws/aws-cdk#16084). States.TaskFailed stands for every name but
    States.Timeout (Step Functions Developer Guide, "Handling errors").
    """
    names = set(names)
    if error in names or (error == HEARTBEAT and TIMEOUT in names):
        return True
    if error in UNCATCHABLE:
        return False
    return ALL in names or (TASK_FAILED in names and error not in NOT_TASK_FAILURES)
