"""Steps between roles (STS), the queues and the user pool: what minting roles may do besides."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

import botocore.session

from tests.isolation.asks import ACCOUNT, REGION, Ask, Call, Json, Meaning, Question, json_call
from tests.isolation.items import LITERAL

QUEUES = tuple(
    f"{name}{suffix}"
    for name in ("luca-tasks-queue", "behavior-events-queue", "govsync-queue")
    for suffix in ("", "-dlq")
)
POOL = "us-east-1_Matrix001"
NEVER = Meaning("closed")

Tags = tuple[tuple[str, str], ...]
TAGS: tuple[Tags, ...] = (
    (),
    *((("school_id", value),) for value in ("a", "a-b", "1", "12", "b")),
    *((("school_id", value),) for value in ("", "*", "?", "a*", "a?", "a#b", "a/b", LITERAL, "$")),
    (("school", "a"),),
    (("SCHOOL_ID", "a"),),
    (("school_id", "a"), ("more", "x")),
)


def steps(roles: Sequence[str]) -> Iterator[Ask]:
    """AssumeRole of every role, with every set of tags, transitive and not."""
    for role in (*roles, "nobody"):
        for tags in TAGS:
            yield _enter(role, tags, transitive=False)
        yield _enter(role, (("school_id", "a"),), transitive=True)


def _enter(role: str, tags: Tags, *, transitive: bool) -> Ask:
    arn = f"arn:aws:iam::{ACCOUNT}:role/luca-{role}"
    form = {
        "Action": "AssumeRole",
        "Version": "2011-06-15",
        "RoleArn": arn,
        "RoleSessionName": "matrix",
    }
    for number, (name, value) in enumerate(tags, 1):
        form |= {f"Tags.member.{number}.Key": name, f"Tags.member.{number}.Value": value}
    context: dict[str, str | Sequence[str]] = {f"aws:RequestTag/{n}": v for n, v in tags}
    if tags:
        context["aws:TagKeys"] = [name for name, _ in tags]
    if transitive:
        form["TransitiveTagKeys.member.1"] = "school_id"
        context["sts:TransitiveTagKeys"] = ["school_id"]
    actions = ["sts:AssumeRole", "sts:TagSession"] if tags else ["sts:AssumeRole"]
    headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    return Ask(
        f"AssumeRole of {role} with {dict(tags)}{' for good' if transitive else ''}",
        "sts",
        Call(headers=headers, body=urlencode(form).encode()),
        tuple(Question(action, arn, context, role) for action in actions),
        NEVER if transitive else Meaning("enter", "", (role,), tags),
    )


SQS: dict[str, tuple[str, Json]] = {
    "SendMessage": ("send", {"MessageBody": "m"}),
    "SendMessageBatch": ("send", {"Entries": [{"Id": "1", "MessageBody": "m"}]}),
    "ReceiveMessage": ("take", {"VisibilityTimeout": 0}),
    "DeleteMessage": ("take", {"ReceiptHandle": "x"}),
    "DeleteMessageBatch": ("take", {"Entries": [{"Id": "1", "ReceiptHandle": "x"}]}),
    "ChangeMessageVisibility": ("take", {"ReceiptHandle": "x", "VisibilityTimeout": 0}),
    "ChangeMessageVisibilityBatch": (
        "take",
        {"Entries": [{"Id": "1", "ReceiptHandle": "x", "VisibilityTimeout": 0}]},
    ),
    "GetQueueAttributes": ("look", {"AttributeNames": ["All"]}),
    "GetQueueUrl": ("look", {}),
    "PurgeQueue": ("", {}),
    "DeleteQueue": ("", {}),
    "SetQueueAttributes": ("", {"Attributes": {"VisibilityTimeout": "1"}}),
    "AddPermission": ("", {"Label": "l", "AWSAccountIds": ["1" * 12], "Actions": ["*"]}),
    "ListDeadLetterSourceQueues": ("", {}),
    "TagQueue": ("", {"Tags": {"a": "b"}}),
}


def queues(endpoint: str) -> Iterator[Ask]:
    for queue in (*QUEUES, "other-queue"):
        for operation, (verb, more) in SQS.items():
            where = {"QueueUrl": f"{endpoint}/{ACCOUNT}/{queue}"}
            body = {"QueueName": queue} if operation == "GetQueueUrl" else where | more
            action = f"sqs:{operation.removesuffix('Batch')}"
            arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"
            meaning = Meaning("queue", verb, (queue,)) if verb else NEVER
            call = json_call(f"AmazonSQS.{operation}", body)
            yield Ask(f"{operation} of {queue}", "sqs", call, (Question(action, arn),), meaning)


NAMED = {
    "Username": "nobody",
    "GroupName": "none",
    "Password": "x",
    "UserAttributes": [{"Name": "email", "Value": "nobody@nowhere.example"}],
}


def users() -> Iterator[Ask]:
    """Every signed operation of the user pool."""
    family = "AWSCognitoIdentityProviderService"
    arn = f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{POOL}"
    model = botocore.session.get_session().get_service_model("cognito-idp")
    for operation in model.operation_names:
        # The others carry a token or a password in their body; IAM has no say in them.
        if model.operation_model(operation).auth_type != "none":
            body = {**NAMED, "UserPoolId": POOL}
            call = json_call(f"{family}.{operation}", body, version="1.1")
            question = Question(f"cognito-idp:{operation}", arn)
            meaning = Meaning("users", operation)
            yield Ask(f"Cognito {operation}", "cognito-idp", call, (question,), meaning)


METRICS: dict[str, Json] = {
    "GetMetricStatistics": {
        "Namespace": "AWS/SQS",
        "MetricName": "ApproximateAgeOfOldestMessage",
        "StartTime": 0,
        "EndTime": 60,
        "Period": 60,
        "Statistics": ["Maximum"],
    },
    "GetMetricData": {},
    "ListMetrics": {},
    "PutMetricData": {"Namespace": "Luca/Platform", "MetricData": [{"MetricName": "m"}]},
    "DeleteAlarms": {"AlarmNames": ["a"]},
}


def metrics() -> Iterator[Ask]:
    """Reading one metric, and what else CloudWatch would do."""
    for operation, body in METRICS.items():
        action = f"cloudwatch:{operation}"
        resource = "*"
        if operation == "DeleteAlarms":
            resource = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:a"
        meaning = Meaning("metrics", operation)
        call = json_call(f"GraniteServiceVersion20100801.{operation}", body)
        question = Question(action, resource)
        shown = operation in {"GetMetricData", "ListMetrics"}
        narrower = "only a chat on AWS is shown figures" if shown else ""
        yield Ask(
            f"CloudWatch {operation}", "monitoring", call, (question,), meaning, narrower=narrower
        )


TOPICS = ("luca-compliance", "luca-ops-alerts", "other-topic")
# Of a text message AWS takes the number itself for the resource: no ARN of a topic fits it, be it
# `arn:aws:sns:*:*:*`, only * does. The simulator wants an ARN and takes * for any topic at all,
# so the number stands in a partition in which there are no topics.
TELEPHONE = "+520000000000"
TELEPHONE_ARN = f"arn:telephone:sns:{REGION}:{ACCOUNT}:{TELEPHONE}"
SNS: dict[str, dict[str, str]] = {
    "Publish": {"TopicArn": "{topic}", "Message": "m", "Subject": "s"},
    "PublishBatch": {
        "TopicArn": "{topic}",
        "PublishBatchRequestEntries.member.1.Id": "1",
        "PublishBatchRequestEntries.member.1.Message": "m",
    },
    "Subscribe": {"TopicArn": "{topic}", "Protocol": "email", "Endpoint": "e@else.example"},
    "SetTopicAttributes": {"TopicArn": "{topic}", "AttributeName": "Policy"},
    "DeleteTopic": {"TopicArn": "{topic}"},
    "ListSubscriptionsByTopic": {"TopicArn": "{topic}"},
}


def topics() -> Iterator[Ask]:
    """Telling people, and whatever else SNS would do with a topic; a telephone is no topic."""
    for topic in TOPICS:
        arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:{topic}"
        for operation, fields in SNS.items():
            action = f"sns:{operation.removesuffix('Batch')}"
            meaning = Meaning("topic", "publish", (topic,)) if action == "sns:Publish" else NEVER
            call = _form(
                {"Action": operation} | {k: v.format(topic=arn) for k, v in fields.items()}
            )
            narrower = "the application publishes one by one" if "Batch" in operation else ""
            yield Ask(
                f"{operation} of {topic}",
                "sns",
                call,
                (Question(action, arn),),
                meaning,
                narrower=narrower,
            )
    telephone = {"Action": "Publish", "PhoneNumber": TELEPHONE, "Message": "m"}
    question = Question("sns:Publish", TELEPHONE_ARN)
    yield Ask("Publish to a telephone", "sns", _form(telephone), (question,), NEVER)


def _form(fields: dict[str, str]) -> Call:
    headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    return Call(headers=headers, body=urlencode({"Version": "2010-03-31"} | fields).encode())


def secrets() -> Iterator[Ask]:
    """The deployment's three secrets, and another's; AWS ends each name in six characters."""
    for name in ("luca-django", "luca-authority", "luca-cognito", "luca-other", "other"):
        arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}-AbCdEf"
        call = json_call("secretsmanager.GetSecretValue", {"SecretId": arn}, version="1.1")
        question = Question("secretsmanager:GetSecretValue", arn)
        yield Ask(
            f"GetSecretValue of {name}",
            "secretsmanager",
            call,
            (question,),
            Meaning("secret", "GetSecretValue", (name,)),
            narrower="no secrets here",
        )


def others() -> Iterator[Ask]:
    """Doors beside the ones that Luca uses; each is shut for everybody."""
    account = f"{REGION}:{ACCOUNT}"
    for service, target, resource in (
        ("kms", "TrentService.Decrypt", f"arn:aws:kms:{account}:key/k"),
        ("kms", "TrentService.GenerateDataKey", f"arn:aws:kms:{account}:key/k"),
        ("kms", "TrentService.ListKeys", "*"),
        ("logs", "Logs_20140328.GetLogEvents", f"arn:aws:logs:{account}:log-group:l:*"),
        ("kinesis", "Kinesis_20131202.GetRecords", "*"),
    ):
        operation = target.rpartition(".")[2]
        trust = "kms-key" if resource.startswith("arn:aws:kms:") else ""
        question = Question(f"{service}:{operation}", resource, {}, trust)
        call = json_call(target, {"KeyId": "k", "CiphertextBlob": "eA=="}, version="1.1")
        yield Ask(f"{service} {operation}", service, call, (question,), NEVER)
    for service, action, resource in (
        ("iam", "ListRoles", "*"),
        ("iam", "CreateRole", f"arn:aws:iam::{ACCOUNT}:role/luca-new"),
        ("iam", "PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/luca-tenant"),
        ("iam", "UpdateAssumeRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/luca-tenant"),
        ("sts", "GetSessionToken", "*"),
        ("sts", "GetFederationToken", f"arn:aws:sts::{ACCOUNT}:federated-user/u"),
    ):
        form = urlencode({"Action": action, "RoleName": "luca-tenant", "Name": "u"})
        headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
        call = Call(headers=headers, body=form.encode())
        question = Question(f"{service}:{action}", resource)
        yield Ask(f"{service} {action}", service, call, (question,), NEVER)
