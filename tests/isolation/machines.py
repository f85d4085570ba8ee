"""Step Functions: executions of two machines, the answers to their tasks, and all that is shut.

And the rule of EventBridge by which Step Functions waits for an execution: it is made in the name
of the machine that waits (AWS, "Run a job (.sync)"), and by nobody else.
"""

from collections.abc import Iterator

from tests.isolation.asks import ACCOUNT, REGION, Ask, Json, Meaning, Question, json_call

MACHINES = ("luca-govsync", "luca-govsync-parent", "luca-govsync-2", "other")
MANAGED = "StepFunctionsGetEventsForStepFunctionsExecutionRule"
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
TARGETS: Json = {"Targets": [{"Id": "1", "Arn": f"{HERE}:stateMachine:other"}]}
RULES: dict[str, tuple[str, Json]] = {
    "DescribeRule": ("Name", {}),
    "PutRule": ("Name", {"EventPattern": '{"source": ["aws.states"]}'}),
    "PutTargets": ("Rule", TARGETS),
    "RemoveTargets": ("Rule", {"Ids": ["1"]}),
    "DisableRule": ("Name", {}),
    "DeleteRule": ("Name", {}),
}


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


def rules() -> Iterator[Ask]:
    """The managed rule, one like it, and what else EventBridge does with a rule."""
    for rule in (MANAGED, f"{MANAGED}-2", "other"):
        arn = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{rule}"
        for operation, (name, more) in RULES.items():
            call = json_call(f"AWSEvents.{operation}", {name: rule, **more}, version="1.1")
            question = Question(f"events:{operation}", arn)
            meaning = Meaning("rule", operation, (rule,))
            where = f"{operation} of rule {rule}"
            yield Ask(where, "events", call, (question,), meaning, narrower="no rules here")


def _ask(operation: str, arn: str, body: Json, verb: str = "", machine: str = "") -> Ask:
    meaning = Meaning("machine", verb, (machine,)) if verb else NEVER
    call = json_call(f"AWSStepFunctions.{operation}", body)
    question = Question(f"states:{operation}", arn)
    return Ask(f"{operation} of {arn}", "states", call, (question,), meaning)
