"""Every role's actions and resources are listed; what is not narrower is explained."""

from tests.deploy.statements import Statement, explained, of_files


def test_no_role_may_do_what_its_policy_does_not_name() -> None:
    assert {
        (one.where, one.name): one.too_many_actions for one in of_files() if one.too_many_actions
    } == {}


def test_whoever_may_act_on_everything_of_a_kind_has_a_reason() -> None:
    wide = {(one.where, one.name) for one in of_files() if one.every_one_of_a_kind}
    known = {(where, name) for where, name in explained() if "/" not in where and "." not in where}
    assert wide - known == set(), "Explain these in docs/least-privilege.md."
    assert known - wide == set(), "docs/least-privilege.md explains what is not there."


def test_the_test_sees_what_is_too_wide() -> None:
    def told(effect: str, action: str, resource: str) -> Statement:
        said = {"Sid": "S", "Effect": effect, "Action": action, "Resource": resource}
        return Statement.of("x", said)

    assert told("Allow", "s3:*", "arn:aws:s3:::b").too_many_actions == ["s3:*"]
    assert told("Allow", "s3:Get*", "arn:aws:s3:::b").too_many_actions == ["s3:Get*"]
    assert told("Deny", "s3:*", "arn:aws:s3:::b").too_many_actions == []
    assert told("Allow", "kms:Decrypt", "arn:aws:kms:r:1:key/*").every_one_of_a_kind != []
    assert told("Allow", "s3:GetObject", "arn:aws:s3:::b/*").every_one_of_a_kind == []
    assert Statement.of("x", {"Effect": "Allow", "NotAction": "iam:*"}).too_many_actions == ["*"]
