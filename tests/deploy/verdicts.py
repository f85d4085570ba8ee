"""What has to hold of the policies of any environment, whatever it is called."""

from collections.abc import Iterator, Sequence
from itertools import product

from tests.deploy.emulator import REGION
from tests.deploy.judging import Context, Json, Question, Rendered, allowed
from tests.deploy.standins.door import ACCOUNT
from tests.deploy.statements import explained, many, of_documents

ITEMS = (
    "BatchGetItem",
    "BatchWriteItem",
    "ConditionCheckItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "UpdateItem",
)
MINTING = {"api", "consumer", "platform", "worker"}
OWN, FOREIGN, MIXED = ["TENANT#a#X"], ["TENANT#b#X"], ["TENANT#a#X", "TENANT#b#X"]
NO_KEY: list[str] = []
TAGS: dict[str, dict[str, str]] = {"a": {"aws:PrincipalTag/school_id": "a"}, "nobody": {}}


def only_the_tenant_role_reaches_items_and_only_its_school(rendered: Rendered) -> None:
    """Also in another environment: a dev role is nobody in production."""
    guards = list(rendered.of_kind("aws_dynamodb_resource_policy").values())
    guard = guards[0] if guards else None
    cases = list(product(rendered.roles(), TAGS, ITEMS, (OWN, FOREIGN, MIXED, NO_KEY), ("", "qa-")))
    questions = [
        Question(
            rendered.session(role),
            rendered.may(role),
            f"dynamodb:{operation}",
            rendered.table.replace("table/", f"table/{elsewhere}"),
            TAGS[tag] | ({"dynamodb:LeadingKeys": keys} if keys else {}),
            guard if not elsewhere else None,
        )
        for role, tag, operation, keys, elsewhere in cases
    ]
    wrong = [
        case
        for case, answer in zip(cases, allowed(questions), strict=True)
        if answer != _is_own(*case)
    ]
    assert wrong == []


def _is_own(role: str, tag: str, _: str, keys: Sequence[str], elsewhere: str) -> bool:
    return role == "tenant" and tag == "a" and keys == OWN and not elsewhere


def only_minting_roles_enter_a_school_and_only_with_its_tag(rendered: Rendered) -> None:
    schools: list[Context] = [
        {},
        *(
            {"aws:RequestTag/school_id": school, "aws:TagKeys": ["school_id"]}
            for school in ("a", "", "*", "a#b")
        ),
    ]
    cases = list(
        product(rendered.roles(), range(len(schools)), ("sts:AssumeRole", "sts:TagSession"))
    )
    questions = [
        Question(
            rendered.session(role),
            rendered.may(role),
            action,
            rendered.arn("tenant"),
            schools[number],
            rendered.trust("tenant"),
        )
        for role, number, action in cases
    ]
    entered = {case[:2] for case, answer in zip(cases, allowed(questions), strict=True) if answer}
    assert entered == {(role, 1) for role in MINTING}


def _stranger(rendered: Rendered) -> str:
    return rendered.session("api").replace("role/", "role/qa-")


def nobody_of_another_environment_is_trusted(rendered: Rendered) -> None:
    every: Json = _may("sts:AssumeRole", "sts:TagSession", on="*")
    context = {"aws:RequestTag/school_id": "a", "aws:TagKeys": ["school_id"]}
    roles = rendered.roles()
    who, action = _stranger(rendered), "sts:AssumeRole"
    questions = [
        Question(who, every, action, rendered.arn(role), context, rendered.trust(role))
        for role in roles
    ]
    answers = allowed(questions)
    assert [role for role, answer in zip(roles, answers, strict=True) if answer] == []


def the_key_serves_through_services_only(rendered: Rendered) -> None:
    [(_, key)] = rendered.of_kind("aws_kms_key").items()
    arn = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
    administrator = _may("kms:Decrypt", "kms:GenerateDataKey", on="*")
    through: Context = {
        "kms:ViaService": f"dynamodb.{REGION}.amazonaws.com",
        "kms:CallerAccount": ACCOUNT,
    }
    direct: Context = {"kms:CallerAccount": ACCOUNT}
    cases = [
        (rendered.session("tenant"), rendered.may("tenant"), through, True),
        (rendered.session("tenant"), rendered.may("tenant"), direct, False),
        (rendered.session("directory"), rendered.may("directory"), through, True),
        (rendered.session("directory"), rendered.may("directory"), direct, False),
        (rendered.session("api"), rendered.may("api"), through, False),
        (f"arn:aws:iam::{ACCOUNT}:user/administrator", administrator, through, True),
        (f"arn:aws:iam::{ACCOUNT}:user/administrator", administrator, direct, False),
    ]
    questions = [
        Question(who, may, "kms:Decrypt", arn, context, key) for who, may, context, _ in cases
    ]
    assert allowed(questions) == [expected for *_, expected in cases]


def deleting_needs_a_second_factor(rendered: Rendered) -> None:
    """Where deletion is protected; a session without the key has no factor either."""
    administrator = f"arn:aws:iam::{ACCOUNT}:user/administrator"
    factor: dict[str, Context] = {
        "with": {"aws:MultiFactorAuthPresent": "true", "aws:SecureTransport": "true"},
        "without": {"aws:MultiFactorAuthPresent": "false", "aws:SecureTransport": "true"},
        "never asked": {"aws:SecureTransport": "true"},
    }
    cases = list(product(_deletions(rendered), factor))
    questions = [
        Question(administrator, _may(action, on=arn), action, arn, factor[how], guard)
        for (action, arn, guard), how in cases
    ]
    answers = allowed(questions)
    assert len(questions) > len(factor)
    assert answers == [how == "with" for _, how in cases]


def _deletions(rendered: Rendered) -> Iterator[tuple[str, str, Json]]:
    [guard] = rendered.of_kind("aws_dynamodb_resource_policy").values()
    yield "dynamodb:DeleteTable", rendered.table, guard
    for policy in rendered.of_kind("aws_s3_bucket_policy").values():
        yield "s3:DeleteBucket", _bucket(policy), policy


def nothing_is_read_without_tls(rendered: Rendered) -> None:
    policies = list(rendered.of_kind("aws_s3_bucket_policy").values())
    who = f"arn:aws:iam::{ACCOUNT}:user/administrator"
    cases = list(product(policies, ("true", "false")))
    questions = [
        Question(
            who,
            _may("s3:GetObject", on="*"),
            "s3:GetObject",
            f"{_bucket(policy)}/x",
            {"aws:SecureTransport": tls},
            policy,
        )
        for policy, tls in cases
    ]
    assert policies != []
    assert allowed(questions) == [tls == "true" for _, tls in cases]


def _bucket(policy: Json) -> str:
    found = {
        arn.partition("/")[0]
        for statement in policy["Statement"]
        for arn in many(statement["Resource"])
    }
    [arn] = found
    return str(arn)


def what_names_nothing_has_a_reason(rendered: Rendered) -> None:
    """Of roles and of things alike; and nobody may do what is not named."""
    statements = of_documents(rendered.found)
    known = explained()
    fences = {
        one for one in known if ".aws_vpc_endpoint." in one[0]
    }  # they let pass, and give nothing
    wider = {(one.where, one.name) for one in statements if one.too_many_actions}
    assert wider - fences == set()
    wide = {(one.where, one.name) for one in statements if one.every_one_of_a_kind}
    assert {one for one in wide if one not in known} == set(), (
        "Explain them in docs/least-privilege.md."
    )


def _may(*actions: str, on: str) -> Json:
    statement = {"Sid": "Asked", "Effect": "Allow", "Action": list(actions), "Resource": on}
    return {"Version": "2012-10-17", "Statement": [statement]}


ALL = (
    only_the_tenant_role_reaches_items_and_only_its_school,
    only_minting_roles_enter_a_school_and_only_with_its_tag,
    nobody_of_another_environment_is_trusted,
    the_key_serves_through_services_only,
    nothing_is_read_without_tls,
    what_names_nothing_has_a_reason,
)
