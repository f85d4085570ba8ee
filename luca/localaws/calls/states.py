"""Step Functions: beginning, looking at and ending executions, and answering a task by its token.

A token names no resource that IAM could compare: who may answer one may answer all.
"""

import re
from collections.abc import Iterator
from typing import Any

from luca.localaws.calls.parts import Check, NotUnderstood
from luca.localaws.deployment import ACCOUNT, REGION

TARGET = "AWSStepFunctions"
TOKENS = frozenset({"SendTaskFailure", "SendTaskHeartbeat", "SendTaskSuccess"})
EXECUTIONS = frozenset({"DescribeExecution", "StopExecution"})
_HERE = rf"arn:aws:states:{REGION}:{ACCOUNT}"
_MACHINE = re.compile(rf"{_HERE}:stateMachine:[A-Za-z0-9_-]{{1,80}}")
_EXECUTION = re.compile(rf"{_HERE}:execution:[A-Za-z0-9_-]{{1,80}}:[A-Za-z0-9._-]{{1,80}}")


def checks(operation: str, body: dict[str, Any]) -> Iterator[Check]:
    action = f"states:{operation}"
    if operation in TOKENS:
        yield Check(action, "*")
    elif operation in EXECUTIONS:
        yield Check(action, _arn(_EXECUTION, body["executionArn"]))
    elif operation == "StartExecution":
        yield Check(action, _arn(_MACHINE, body["stateMachineArn"]))
    else:
        raise NotUnderstood("Step Functions operation")


def _arn(form: re.Pattern[str], arn: str) -> str:
    """A version, an alias or a test case of a machine has another form, and is not used."""
    if not form.fullmatch(arn):
        raise NotUnderstood("not the ARN of a machine or an execution")
    return arn
