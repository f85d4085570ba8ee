"""The pieces that scripts are made of."""

from typing import Any

CALL = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
QUEUE = "https://sqs.us-east-1.amazonaws.com/000000000000/govsync-queue"
TASK = "conformance.answer"


def ask(key: str, data: str = "$", **more: Any) -> dict[str, Any]:
    """A task that the script knows by a key, or by what a path reads; it is shown some data."""
    return {
        "Type": "Task",
        "Resource": CALL,
        "TimeoutSeconds": 60,
        "Parameters": {"QueueUrl": QUEUE, "MessageBody": message(key, data)},
        **({} if "Next" in more else {"End": True}),
        **more,
    }


def message(key: str, data: str) -> dict[str, Any]:
    return {
        "body.$": "States.Base64Encode(States.JsonToString(States.Array(States.Array(),"
        " $$.Execution.Input.call, $$.Execution.Input.embed)))",
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {
            "lang": "py",
            "task": TASK,
            "id.$": "States.UUID()",
            "root_id.$": "$$.Execution.Name",
            "parent_id": None,
            "group": None,
            "school_id.$": "$$.Execution.Input.school_id",
            "luca_correlation_id.$": "$$.Execution.Input.correlation_id",
            "luca_task_token.$": "$$.Task.Token",
            ("luca_key.$" if key.startswith("$") else "luca_key"): key,
            "luca_data.$": f"States.JsonToString({data})",
        },
        "properties": {
            "body_encoding": "base64",
            "correlation_id.$": "States.UUID()",
            "delivery_mode": 2,
            "delivery_tag.$": "States.UUID()",
            "delivery_info": {"exchange": "", "routing_key": "govsync-queue"},
            "priority": 0,
        },
    }


def retry(*names: str, **more: Any) -> dict[str, Any]:
    return {"ErrorEquals": list(names), "IntervalSeconds": 1, "MaxAttempts": 2, **more}


def caught(target: str, *names: str) -> dict[str, Any]:
    return {"ErrorEquals": list(names), "ResultPath": "$.error", "Next": target}


def rule(variable: str, target: str, **comparison: Any) -> dict[str, Any]:
    return {"Variable": variable, **comparison, "Next": target}


def mapped(inside: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "Type": "Map",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "INLINE"},
            "StartAt": next(iter(inside)),
            "States": inside,
        },
        **({} if "Next" in more else {"End": True}),
        **more,
    }
