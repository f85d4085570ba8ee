"""Fault scripts: a machine, what its tasks answer, and what has to come of it on any engine."""

from dataclasses import dataclass, field
from typing import Any

from govsync.engine import TaskDone, TaskFailed
from govsync.tests.conformance.blocks import ask, caught, mapped, retry, rule

CLOSED = TaskFailed("Shop.Closed", "no")
Answers = dict[str, list[TaskDone | TaskFailed]]


@dataclass(frozen=True)
class Script:
    """What is played. The tasks' n-th call gets the n-th answer, and then the last again."""

    states: dict[str, Any]
    answers: Answers = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def definition(self) -> dict[str, Any]:
        """Begins with what is given, so that both engines begin with the same input."""
        start = {"Type": "Pass", "Result": self.given, "Next": next(iter(self.states))}
        return {"StartAt": "Given", "States": {"Given": start, **self.states}}


END = {"Type": "Succeed"}
ITEMS = {"items": [{"name": "a"}, {"name": "b"}, {"name": "c"}], "title": "all"}
TEMPLATE = {
    "said.$": "States.Format('{} has {} of {}', $.who.name, $.n, 'them')",
    "list.$": "States.Array($.n, $.who, 'x', null, true, 1.5)",
    "length.$": "States.ArrayLength($.list)",
    "sum.$": "States.MathAdd($.n, -2)",
    "text.$": "States.JsonToString($.who)",
    "back.$": "States.StringToJson($.text)",
    "coded.$": "States.Base64Encode('Núñez')",
    "decoded.$": "States.Base64Decode('TsO6w7Fleg==')",
    "nested": {"deep": [{"n.$": "$.n"}, 7], "state.$": "$$.State.Name"},
}
SCRIPTS: dict[str, Script] = {
    "a task fails twice and is tried again": Script(
        {"Send": ask("send", "$$.State.RetryCount", Retry=[retry("Shop.Closed")])},
        {"send": [CLOSED, CLOSED, TaskDone({"taken": 3})]},
    ),
    "a task fails for good and is caught": Script(
        {
            "Send": ask(
                "send",
                Retry=[retry("Shop.Closed", BackoffRate=1.0)],
                Catch=[caught("Bury", "Shop.Moved"), caught("Bury", "States.ALL")],
                Next="End",
            ),
            "Bury": ask("bury", "$.error", ResultPath="$.buried", Next="End"),
            "End": END,
        },
        {"send": [CLOSED], "bury": [TaskDone("so be it")]},
        {"batch": "00001"},
    ),
    "nobody catches": Script(
        {"Send": ask("send", Retry=[retry("Shop.Moved")])},
        {"send": [TaskFailed("Shop.Closed", "for good")]},
    ),
    "each retrier counts for itself": Script(
        {
            "Send": ask(
                "send",
                "$$.State.RetryCount",
                Retry=[retry("Shop.Closed", MaxAttempts=1), retry("States.TaskFailed")],
            )
        },
        {"send": [CLOSED, TaskFailed("Shop.Moved"), TaskFailed("Shop.Sold"), CLOSED]},
    ),
    "a loop counts its retries anew": Script(
        {
            "Send": ask(
                "send", ResultPath="$.sent", Retry=[retry("E", MaxAttempts=1)], Next="More"
            ),
            "More": {
                "Type": "Choice",
                "Choices": [rule("$.sent.more", "Rest", BooleanEquals=True)],
                "Default": "End",
            },
            "Rest": {"Type": "Wait", "SecondsPath": "$.sent.seconds", "Next": "Send"},
            "End": END,
        },
        {
            "send": [
                TaskFailed("E"),
                TaskDone({"more": True, "seconds": 1}),
                TaskFailed("E"),
                TaskDone({"more": False, "seconds": 0}),
            ]
        },
    ),
    "waits": Script(
        {
            "One": {"Type": "Wait", "Seconds": 1, "Next": "Two"},
            "Two": {
                "Type": "Wait",
                "SecondsPath": "$.seconds",
                "OutputPath": "$.rest",
                "Next": "End",
            },
            "End": END,
        },
        given={"seconds": 2, "rest": {"a": 1}},
    ),
    "choices": Script(
        {
            "Kind": {
                "Type": "Choice",
                "Choices": [
                    rule("$.kind", "Wrong", StringEquals="other"),
                    rule("$.missing", "Wrong", IsPresent=True),
                    {"Not": {"Variable": "$.n", "NumericEquals": 3}, "Next": "Wrong"},
                    {
                        "And": [
                            {"Variable": "$.kind", "StringMatches": "b*h"},
                            {"Or": [{"Variable": "$.n", "NumericGreaterThanPath": "$.m"}]},
                        ],
                        "Next": "Size",
                    },
                ],
                "Default": "Wrong",
            },
            "Size": {
                "Type": "Choice",
                "Choices": [
                    rule("$.nothing", "Wrong", IsNull=False),
                    rule("$.n", "Wrong", NumericLessThan=3),
                    rule("$.at", "End", TimestampLessThan="2026-11-21T08:00:00Z"),
                ],
                "Default": "Wrong",
            },
            "Wrong": {"Type": "Fail", "Error": "Test.Wrong", "Cause": "It took a wrong turn."},
            "End": END,
        },
        given={"kind": "batch", "n": 3, "m": 2, "nothing": None, "at": "2026-11-21T07:00:00Z"},
    ),
    "no choice fits": Script(
        {"Kind": {"Type": "Choice", "Choices": [rule("$.n", "End", NumericEquals=1)]}, "End": END},
        given={"n": 2},
    ),
    "a failure says what the input says": Script(
        {"Stop": {"Type": "Fail", "ErrorPath": "$.error.Error", "CausePath": "$.error.Cause"}},
        given={"error": {"Error": "Shop.Burnt", "Cause": "down"}},
    ),
    "templates and intrinsics": Script(
        {
            "Fill": {
                "Type": "Pass",
                "Parameters": TEMPLATE,
                "ResultPath": "$.filled",
                "Next": "Send",
            },
            "Send": ask("send", "$.filled", ResultPath="$.sent.deep"),
        },
        {"send": [TaskDone([1, {"b": None}])]},
        {"who": {"name": "Ada"}, "n": 3, "list": [1, 2], "text": '{"a": [1]}'},
    ),
    "where data goes": Script(
        {
            "Take": ask(
                "take",
                "$.inner",
                InputPath="$.outer",
                ResultSelector={"n.$": "$.count", "fixed": True},
                ResultPath="$.outer.taken",
                OutputPath="$.outer",
                Next="Drop",
            ),
            "Drop": ask("drop", "$.taken", ResultPath=None),
        },
        {"take": [TaskDone({"count": 2, "noise": 1})], "drop": [TaskDone({"lost": 1})]},
        {"outer": {"inner": {"x": [1]}}, "more": 1},
    ),
    "a map keeps its items' order": Script(
        {
            "All": mapped(
                {
                    "Rest": {"Type": "Wait", "SecondsPath": "$.late", "Next": "Each"},
                    "Each": ask("$.key", ResultSelector={"out.$": "$.out"}, Retry=[retry("E")]),
                },
                ItemsPath="$.items",
                ItemSelector={
                    "key.$": "$$.Map.Item.Value.name",
                    "late.$": "$$.Map.Item.Value.late",
                    "number.$": "$$.Map.Item.Index",
                    "title.$": "$.title",
                },
                ResultSelector={"all.$": "$"},
                ResultPath="$.done",
            )
        },
        {
            "a": [TaskFailed("E"), TaskDone({"out": "A"})],
            "b": [TaskDone({"out": "B"})],
            "c": [TaskDone({"out": "C"})],
        },
        {
            "items": [{"name": "a", "late": 2}, {"name": "b", "late": 0}, {"name": "c", "late": 1}],
            "title": "all",
        },
    ),
    "an item fails its map": Script(
        {
            "All": mapped(
                {"Each": ask("$.name")},
                ItemsPath="$.items",
                MaxConcurrency=1,
                Catch=[caught("Bury", "Shop.Closed")],
                Next="End",
            ),
            "Bury": ask("bury", "$.error", ResultPath=None, Next="End"),
            "End": END,
        },
        {"a": [TaskDone(1)], "b": [TaskDone(2)], "c": [CLOSED], "bury": [TaskDone({})]},
        ITEMS,
    ),
    "a map is tried again as a whole": Script(
        {
            "All": mapped(
                {"Each": ask("$.name")},
                ItemsPath="$.items",
                MaxConcurrency=1,
                Retry=[retry("Shop.Closed")],
            )
        },
        {"a": [TaskDone(1)], "b": [TaskDone(2)], "c": [CLOSED, TaskDone(3)]},
        ITEMS,
    ),
}
