"""How a task of the machine says that it failed: by a name that Retry and Catch compare."""

from govsync import domain

CLIENT_ERROR = "Gov.ClientError"
STORE_BUSY = "Gov.StoreBusy"
CHANGED_MEANWHILE = "Gov.ChangedMeanwhile"
UNKNOWN_TASK = "Gov.UnknownTask"
HELD = domain.HELD
BROKEN = "Gov.Broken"
STALE = "Gov.Stale"  # the task belongs to an execution that is over


class Failed(Exception):
    """A task failed in a way that the machine's definition knows."""

    def __init__(self, name: str, cause: str) -> None:
        super().__init__(cause)
        self.name = name
        self.cause = cause
