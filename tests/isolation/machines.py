"""Step Functions: executions of two machines, the answers to their tasks, and all that is shut."""

from collections.abc import Iterator

from tests.isolation.asks import ACCOUNT, REGION, Ask, Json, Meaning, Question, json_call

MACHINES = ("luca-govsync", "luca-govsync-2", "other")
HERE = f"arn:aws:states:{REGION}:{ACCOUNT}"
NEVER = Meaning("closed")
TOKENS = ("SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat")
CLOSED: dict[str, Json] = {
    "CreateStateMachine": {"name": "n", "definition": "{}", "roleArn": "r"},
    "GetActivityTask": {"activityArn": f"{HERE}:activity:a"},
    "ListExecutions": {},
    "ListStateMachines": {},
}
OF_A_MACHINE = (
    *("DeleteStateMachine", "DescribeStateMachine", "StartSyncExecution", "UpdateStateMachine"),
    "TagResource",
)
OF_AN_EXECUTION = ("GetExecutionHistory", "RedriveExecution")


def executions() -> Iterator[Ask]:
    """Beginning, looking, ending and answering; and everything else that Step Functions does."""
    for machine in MACHINES:
        arn, run = f"{HERE}:stateMachine:{machine}", f"{HERE}:execution:{machine}:run-1"
        yield _ask("StartExecution", arn, {"stateMachineArn": arn}, "begin", machine)
        for operation in ("DescribeExecution", "StopExecution"):
            yield _ask(operation, run, {"executionArn": run}, "watch", machine)
        for operation in OF_A_MACHINE:
            yield _ask(operation, arn, {"stateMachineArn": arn, "resourceArn": arn})
        for operation in OF_AN_EXECUTION:
            yield _ask(operation, run, {"executionArn": run})
    for operation in TOKENS:
        yield _ask(operation, "*", {"taskToken": "t", "output": "{}"}, "answer")
    for operation, body in CLOSED.items():
        yield _ask(operation, "*", body)


def _ask(operation: str, arn: str, body: Json, verb: str = "", machine: str = "") -> Ask:
    meaning = Meaning("machine", verb, (machine,)) if verb else NEVER
    call = json_call(f"AWSStepFunctions.{operation}", body)
    question = Question(f"states:{operation}", arn)
    return Ask(f"{operation} of {arn}", "states", call, (question,), meaning)
