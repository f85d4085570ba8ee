"""What the interpreter does not understand it refuses, naming it, before anything runs."""

from typing import Any

import pytest

from govsync import engine
from govsync.tests.machines import machine, task

REFUSED = [
    ({"Type": "Parallel", "Branches": [], "End": True}, "Parallel"),
    ({"Type": "Map", "End": True}, "Map"),
    ({"Type": "Pass", "End": True, "Colour": "red"}, "Colour"),
    ({"Type": "Pass"}, "either Next or End"),
    ({"Type": "Pass", "Next": "Nowhere"}, "Nowhere"),
    ({"Type": "Pass", "QueryLanguage": "JSONata", "End": True}, "JSONata"),
    ({"Type": "Pass", "Parameters": {"a.$": "$..b"}, "End": True}, r"\$\.\.b"),
    ({"Type": "Pass", "Parameters": {"a.$": "States.Hash('x')"}, "End": True}, "States.Hash"),
    ({"Type": "Wait", "End": True}, "Seconds or SecondsPath"),
    ({"Type": "Wait", "Seconds": -1, "End": True}, "Seconds"),
    ({"Type": "Wait", "Timestamp": "2026-11-21T00:00:00Z", "End": True}, "Timestamp"),
    ({"Type": "Task", "End": True}, "Resource"),
    (task(Retry=[{"ErrorEquals": ["E"], "JitterStrategy": "FULL"}]), "JitterStrategy"),
    (task(Retry=[{"IntervalSeconds": 1}]), "ErrorEquals"),
    (task(Catch=[{"ErrorEquals": ["E"], "Next": "Gone"}]), "Gone"),
    (task(TimeoutSeconds="long"), "TimeoutSeconds"),
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
    ],
)
def test_a_definition_that_is_none_is_refused(text: str, reason: str) -> None:
    with pytest.raises(engine.Refused, match=reason):
        engine.load(text)
