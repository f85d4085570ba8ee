"""What the interpreter does not understand it refuses, naming it, before anything runs."""

from typing import Any

import pytest

from govsync import engine
from govsync.tests.machines import machine, mapping, task

REFUSED = [
    ({"Type": "Parallel", "Branches": [], "End": True}, "Parallel"),
    ({"Type": "Map", "End": True}, "ItemProcessor"),
    ({"Type": "Pass", "End": True, "Colour": "red"}, "Colour"),
    ({"Type": "Pass"}, "either Next or End"),
    ({"Type": "Pass", "Next": "Nowhere"}, "Nowhere"),
    ({"Type": "Pass", "QueryLanguage": "JSONata", "End": True}, "JSONata"),
    ({"Type": "Pass", "Parameters": {"a.$": "$..b"}, "End": True}, r"\$\.\.b"),
    ({"Type": "Pass", "Parameters": {"a.$": "States.Hash('x')"}, "End": True}, "States.Hash"),
    ({"Type": "Wait", "End": True}, "Seconds or SecondsPath"),
    ({"Type": "Wait", "Seconds": -1, "End": True}, "Seconds"),
    ({"Type": "Wait", "Timestamp": "2026-11-21T00:00:00Z", "End": True}, "'Timestamp'"),
    ({"Type": "Wait", "TimestampPath": "$.until", "End": True}, "'TimestampPath'"),
    (
        {"Type": "Wait", "Seconds": 1, "TimestampPath": "$.until", "End": True},
        "'TimestampPath', which this engine does not know",
    ),
    ({"Type": "Task", "End": True}, "Resource"),
    (task(Retry=[{"ErrorEquals": ["E"], "JitterStrategy": "SOME"}]), "JitterStrategy"),
    (task(Retry=[{"IntervalSeconds": 1}]), "ErrorEquals"),
    (task(Retry=[{"ErrorEquals": []}]), "at least one error"),
    (task(Retry=[{"ErrorEquals": "E"}]), "at least one error"),
    (task(Retry=[{"ErrorEquals": [7]}]), "7, which is no name"),
    (task(Retry=[{"ErrorEquals": ["States.Tired"]}]), "States.Tired"),
    (task(Retry=[{"ErrorEquals": ["E", "States.ALL"]}]), "stands alone"),
    (task(Retry=[{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["E"]}]), "comes last"),
    (task(Retry=[{"ErrorEquals": ["E"], "IntervalSeconds": 0}]), "IntervalSeconds"),
    (task(Retry=[{"ErrorEquals": ["E"], "IntervalSeconds": 1.5}]), "IntervalSeconds"),
    (task(Retry=[{"ErrorEquals": ["E"], "BackoffRate": 0.5}]), "BackoffRate"),
    (task(Retry=[{"ErrorEquals": ["E"], "BackoffRate": True}]), "BackoffRate"),
    (task(Retry=[{"ErrorEquals": ["E"], "MaxAttempts": -1}]), "MaxAttempts"),
    (task(Retry=[{"ErrorEquals": ["E"], "MaxAttempts": 10**8}]), "MaxAttempts"),
    (task(Retry=[{"ErrorEquals": ["E"], "MaxDelaySeconds": 1}]), "more than IntervalSeconds"),
    (task(Retry=[{"ErrorEquals": ["E"], "MaxDelaySeconds": 31_622_400}]), "MaxDelaySeconds"),
    (task(Retry=["E"]), "not a JSON object"),
    (task(Retry={"ErrorEquals": ["E"]}), "Retry must be a list"),
    (task(Catch=[{"ErrorEquals": ["E"]}]), "Next"),
    (task(Catch=[{"ErrorEquals": ["States.ALL"], "ResultPath": 3, "Next": "First"}]), "ResultPath"),
    (task(Catch=[{"ErrorEquals": ["E"], "Next": "Gone"}]), "Gone"),
    (task(TimeoutSeconds="long"), "TimeoutSeconds"),
    (task(TimeoutSeconds=0), "TimeoutSeconds"),
    (task(HeartbeatSeconds=60, TimeoutSeconds=60), "less than TimeoutSeconds"),
    (task(TimeoutSecondsPath="$.a"), "TimeoutSecondsPath"),
    ({"Type": "Pass", "End": "yes"}, "End must be true or false"),
    ({"Type": "Pass", "End": False}, "either Next or End"),
    ({"Type": "Fail", "Error": "E", "ErrorPath": "$.e"}, "both Error and ErrorPath"),
    ({"Type": "Fail", "Error": 7}, "Error must be text"),
    (mapping(Iterator={}), "Iterator"),
    (mapping(ItemReader={}), "ItemReader"),
    (mapping(ToleratedFailurePercentage=5), "ToleratedFailurePercentage"),
    (mapping(MaxConcurrency=-1), "MaxConcurrency"),
    (mapping(ItemsPath="pupils"), "must begin with"),
    (mapping(ItemProcessor={"ProcessorConfig": {"Mode": "DISTRIBUTED"}}), "DISTRIBUTED"),
    (mapping(ItemProcessor={"StartAt": "A", "States": {}}), "States"),
    (mapping(ItemProcessor={"StartAt": "A", "States": {"A": {}}, "Owner": "me"}), "Owner"),
    (mapping(ItemProcessor=[]), "ItemProcessor"),
    (mapping({"Ask": {"Type": "Pass", "Next": "First"}}), "which is no state"),
    (mapping({"First": {"Type": "Succeed"}}), "Two states have the name"),
    ({"Type": "Choice", "Choices": []}, "Choices"),
    ({"Type": "Choice", "Choices": [{"Variable": "$.a", "Next": "First"}]}, "one comparison"),
    (
        {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsBlue": True, "Next": "First"}]},
        "IsBlue",
    ),
]


@pytest.mark.parametrize(("state", "reason"), REFUSED)
def test_what_the_engine_does_not_understand_is_refused_when_loaded(
    state: dict[str, Any], reason: str
) -> None:
    with pytest.raises(engine.Refused, match=reason) as refused:
        machine(First=state)

    assert "First" in str(refused.value), "it says where"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"StartAt": "A"}', "States"),
        ('{"StartAt": "A", "States": {"B": {"Type": "Succeed"}}}', "'A', which is no state"),
        ('{"StartAt": "A", "States": {}, "Owner": "me"}', "Owner"),
        ('{"StartAt": "A", "States": {}}', "States"),
        ('{"StartAt": ["A"], "States": {"A": {"Type": "Succeed"}}}', "StartAt"),
        ('{"StartAt": "A", "Version": "2.0", "States": {"A": {"Type": "Succeed"}}}', "Version"),
        ('{"StartAt": "A", "TimeoutSeconds": 0, "States": {"A": {"Type": "Succeed"}}}', "Timeout"),
        (
            '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}}',
            "'B' cannot be reached",
        ),
        (
            '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "A"}}}',
            "never ends",
        ),
    ],
)
def test_a_definition_that_is_none_is_refused(text: str, reason: str) -> None:
    with pytest.raises(engine.Refused, match=reason):
        engine.load(text)
