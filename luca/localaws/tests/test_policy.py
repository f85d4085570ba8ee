"""The evaluator alone: what a clause means."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luca.localaws import policy
from luca.localaws.deployment import Deployment
from luca.localaws.policy import PolicyError, Question, verdict

TAG = "aws:principaltag/school_id"
KEYS = "dynamodb:leadingkeys"
TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/luca-platform"
TENANT = Deployment().role("tenant").identity
GET = "dynamodb:GetItem"


def may(school: str, *keys: str, action: str = GET) -> bool | None:
    context = {TAG: [school], KEYS: keys} if school else {KEYS: keys}
    return verdict(TENANT, Question(action, TABLE, context))


@pytest.mark.parametrize(
    ("school", "keys", "answer"),
    [
        ("1", ["TENANT#1#A"], True),
        ("1", ["TENANT#1#A", "TENANT#1#B"], True),
        ("1", ["TENANT#12#A"], None),
        ("1", ["TENANT#2#A"], None),
        ("1", ["TENANT#1#A", "TENANT#2#A"], None),
        ("1", ["TENANT#1"], None),
        ("1", ["tenant#1#A"], None),
        ("1", ["PLATFORM#SCHOOLS"], None),
        ("1", [], None),
        ("a", ["TENANT#a-b#A"], None),
        ("*", ["TENANT#2#A"], None),
        ("*", ["TENANT#*#A"], True),
        ("?", ["TENANT#2#A"], None),
        (".", ["TENANT#2#A"], None),
        ("", ["TENANT##A"], None),
        ("${aws:PrincipalTag/school_id}", ["TENANT#1#A"], None),
        ("1", ["TENANT#1#A\nB"], True),
    ],
)
def test_the_tenant_policy(school: str, keys: list[str], answer: object) -> None:
    assert may(school, *keys) is answer


@pytest.mark.parametrize("action", ["dynamodb:Scan", "dynamodb:PartiQLSelect", "sqs:SendMessage"])
def test_the_tenant_policy_lists_its_actions(action: str) -> None:
    assert may("1", "TENANT#1#A", action=action) is None


SCHOOLS = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,62}", fullmatch=True)


@given(SCHOOLS, SCHOOLS, st.text())
def test_no_school_reaches_a_key_of_another(mine: str, theirs: str, rest: str) -> None:
    assert (may(mine, f"TENANT#{theirs}#{rest}") is True) == (mine == theirs)


@given(st.text(min_size=1), SCHOOLS)
def test_a_tag_is_never_a_pattern(tag: str, theirs: str) -> None:
    assert (may(tag, f"TENANT#{theirs}#A") is True) == (tag == theirs)


def parsed(**statement: Any) -> tuple[policy.Statement, ...]:
    whole = {"Effect": "Allow", "Action": "x:y", "Resource": "*", **statement}
    return policy.parse({"Version": "2012-10-17", "Statement": whole})


def test_a_deny_overrules_every_allow() -> None:
    allow, deny = parsed(), parsed(Effect="Deny", Action="x:*")
    for statements in (allow + deny, deny + allow):
        assert verdict(statements, Question("x:y", "r")) is False


@pytest.mark.parametrize(
    ("condition", "keys", "answer"),
    [
        ({"ForAllValues:StringLike": {KEYS: "a*"}}, ["a1", "a2"], True),
        ({"ForAllValues:StringLike": {KEYS: "a*"}}, ["a1", "b"], None),
        ({"ForAllValues:StringLike": {KEYS: "a*"}}, [], True),
        ({"ForAnyValue:StringLike": {KEYS: "a*"}}, ["a1", "b"], True),
        ({"ForAnyValue:StringLike": {KEYS: "a*"}}, [], None),
        ({"StringEquals": {KEYS: "a*"}}, ["a1"], None),
        ({"StringEquals": {KEYS: "a*"}}, ["a*"], True),
        ({"StringNotLike": {KEYS: "a*"}}, ["b"], True),
        ({"StringNotLike": {KEYS: "a*"}}, [], True),
        ({"StringLike": {KEYS: "${*}"}}, ["b"], None),
        ({"StringLike": {KEYS: "${*}"}}, ["*"], True),
        ({"Null": {KEYS: "true"}}, [], True),
        ({"Null": {KEYS: "false"}}, [], None),
    ],
)
def test_a_condition(condition: dict[str, Any], keys: list[str], answer: object) -> None:
    statements = parsed(Condition=condition)
    assert verdict(statements, Question("x:y", "r", {KEYS: keys})) is answer


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_several_values_without_a_quantifier_cannot_be_judged(effect: str) -> None:
    """AWS leaves open what it means; the independent simulator refuses it, and so do we."""
    statements = parsed(Effect=effect, Condition={"StringLike": {KEYS: "a*"}})
    with pytest.raises(PolicyError):
        verdict(statements, Question("x:y", "r", {KEYS: ["a1", "a2"]}))


@pytest.mark.parametrize(
    "statement",
    [
        {"NotAction": "x:z"},
        {"NotResource": "*"},
        {"Effect": "Perhaps"},
        {"Action": []},
        {"Resource": [1]},
        {"Condition": {"StringEqualsIfExists": {KEYS: "a"}}},
        {"Condition": {"IpAddress": {"aws:SourceIp": "1.2.3.4"}}},
        {"Condition": {"ForAllValues:Null": {KEYS: "true"}}},
        {"Condition": {"StringEquals": {"aws:CurrentTime": "a"}}},
        {"Resource": "a/${aws:username}"},
        {"Principal": {"AWS": "*"}},
    ],
)
def test_what_is_not_understood_is_an_error_and_not_skipped(statement: dict[str, Any]) -> None:
    with pytest.raises(PolicyError):
        parsed(**statement)


def test_every_file_in_deploy_can_be_judged() -> None:
    deployment = Deployment()
    names = deployment.role_names()
    assert names == [
        *("api", "archive", "chat", "consumer", "delivery", "directory", "execution", "gateway"),
        *("lake", "machine", "pipe", "platform", "puller", "replica", "rows", "scheduler"),
        *("tenant", "worker"),
    ]
    for name in names:
        deployment.role(name)
