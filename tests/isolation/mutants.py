"""Policies with one mistake each, of the kind that a hurried change would make.

Each must be caught: some judge of the files has to disagree with the expectation in some cell.
Some mistakes only AWS would notice, because the guard refuses for a second reason; those are for
the simulator to find, and are marked ``on_paper``.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.isolation import lake_mutants
from tests.isolation.asks import Ask
from tests.isolation.changes import Change, add, at, both, drop, forget, put, rename, statement
from tests.isolation.principals import TAGGED, Principal

TAG = "${aws:PrincipalTag/school_id}"
LEADING = "dynamodb:LeadingKeys"
FOR_ALL = "ForAllValues:StringLike"
REQUEST_TAG = "aws:RequestTag/school_id"
TABLE = "arn:aws:dynamodb:${Region}:${AccountId}:table/"
ROLE = "arn:aws:iam::${AccountId}:role/"
# A few principals notice what all would, and a few forms what all would: IAM sees only actions.
WITNESSES = frozenset({"school a", "no tag", "tag *"})
FORMS = (
    *("GetItem of", "Query of", "PutItem of", "UpdateItem of", "DeleteItem of"),
    *("BatchGetItem", "BatchWriteItem", "Scan"),
)
OF_ITEMS, OF_THE_LAKE = {"dynamodb", "kms"}, {"dynamodb", "s3", "sqs"}
SERVICES_OF = {  # where a file says nothing of others, and its mistakes neither
    **dict.fromkeys(("tenant", "directory", "archive"), OF_ITEMS),
    **dict.fromkeys(("lake", "pipe", "rows", "delivery"), OF_THE_LAKE),
}


@dataclass(frozen=True, slots=True)
class Mutant:
    file: str
    name: str
    change: Change
    on_paper: bool = False

    def touches(self, who: Principal, ask: Ask) -> bool:
        """Whether the file has a say in a cell, and the cell is among those that tell."""
        role = self.file.removeprefix("trust-")
        if self.file != role:
            return ask.name.startswith(f"AssumeRole of {role} ")
        if who.role != role or not self._in_reach(ask):
            return False
        return role not in TAGGED or who.name.removeprefix(f"{role}, ") in WITNESSES

    def _in_reach(self, ask: Ask) -> bool:
        part = self.name.partition(":")[0]
        if part in {"S3", "lake"}:  # requests are named by the same words
            return ask.name.startswith(part)
        if ask.service not in SERVICES_OF.get(self.file, {ask.service}):
            return False
        telling = ask.meaning.kind in {"closed", "stream"} or ask.name.startswith(FORMS)
        return ask.service != "dynamodb" or (telling and not ask.planted)


def leading(text: str) -> Change:
    return put(0, "Condition", FOR_ALL, LEADING, value=[text])


def mutants() -> Iterator[Mutant]:
    for file, some in {
        "tenant": {**ITEMS, **OBJECTS, **RECORDED},
        "trust-tenant": TRUST,
        "directory": DIRECTORY,
    }.items():
        for name, change in some.items():
            yield Mutant(file, name, change, on_paper=name in ON_PAPER)
    for file, changes in lake_mutants.CHANGES.items():
        for name, change in changes.items():
            yield Mutant(file, name, change, on_paper=name in lake_mutants.ON_PAPER)
    yield from SERVICES


NULL = drop(0, "Condition", "Null")
SCAN = add(0, "Action", value="dynamodb:Scan")

ITEMS: dict[str, Change] = {
    "the Null clause dropped": NULL,
    "the # before the * dropped": leading(f"TENANT#{TAG}*"),
    "the # and the rest dropped": leading(f"TENANT#{TAG}"),
    "the school replaced by *": leading("TENANT#*"),
    "one school written out": leading("TENANT#a#*"),
    "any text before the school": leading(f"*TENANT#{TAG}#*"),
    "the platform's keys added": add(0, "Condition", FOR_ALL, LEADING, value="PLATFORM#*"),
    "the whole condition dropped": drop(0, "Condition"),
    "LeadingKeys dropped": drop(0, "Condition", FOR_ALL),
    "ForAllValues made ForAnyValue": rename(0, "Condition", FOR_ALL, to="ForAnyValue:StringLike"),
    "ForAllValues dropped": rename(0, "Condition", FOR_ALL, to="StringLike"),
    "StringLike made StringNotLike": rename(
        0, "Condition", FOR_ALL, to="ForAllValues:StringNotLike"
    ),
    "Null turned round": put(0, "Condition", "Null", LEADING, value="true"),
    "Scan added": SCAN,
    "Scan added, Null dropped": both(SCAN, NULL),
    "PartiQL added": add(0, "Action", value="dynamodb:PartiQLSelect"),
    "every action": put(0, "Action", value="dynamodb:*"),
    "DescribeTable for all": statement(Action="dynamodb:DescribeTable", Resource="*"),
    "the resource widened to all tables": put(0, "Resource", value=TABLE + "*"),
    "the resource widened to like names": add(0, "Resource", value=TABLE + "luca-platform*"),
    "the resource widened to everything": put(0, "Resource", value="*"),
    "the indexes dropped": put(0, "Resource", value=TABLE + "luca-platform"),
    "the variable misspelt": leading("TENANT#${aws:PrincipalTag/school}#*"),
}
BUCKET = "arn:aws:s3:::luca-data/"
LIST = ("Condition", "StringLike", "s3:prefix")
OBJECTS: dict[str, Change] = {
    "S3: the prefix widened to all schools": put(1, "Resource", value=BUCKET + "tenants/*"),
    "S3: the / before the * dropped": put(1, "Resource", value=f"{BUCKET}tenants/{TAG}*"),
    "S3: the whole bucket": put(1, "Resource", value=BUCKET + "*"),
    "S3: every bucket": put(1, "Resource", value=f"arn:aws:s3:::*/tenants/{TAG}/*"),
    "S3: every action": put(1, "Action", value="s3:*"),
    "S3: listing without a prefix": drop(2, "Condition"),
    "S3: listing of all schools": put(2, *LIST, value="tenants/*"),
    "S3: listing without the /": put(2, *LIST, value=f"tenants/{TAG}*"),
    "KMS without its service": drop(3, "Condition"),
}
KEPT = ("Condition", "ForAnyValue:StringLike", LEADING)
RECORDED: dict[str, Change] = {
    "audit: the Deny dropped": lambda document: document["Statement"].pop(4),
    "audit: the Deny made an Allow": put(4, "Effect", value="Allow"),
    "audit: updates forgotten": forget(4, "Action", value="dynamodb:UpdateItem"),
    "audit: deletes forgotten": forget(4, "Action", value="dynamodb:DeleteItem"),
    "audit: batches forgotten": forget(4, "Action", value="dynamodb:BatchWriteItem"),
    "audit: puts denied, too": add(4, "Action", value="dynamodb:PutItem"),
    "audit: reads denied, too": add(4, "Action", value="dynamodb:Query"),
    "audit: ForAnyValue made ForAllValues": rename(
        4, "Condition", KEPT[1], to="ForAllValues:StringLike"
    ),
    "audit: StringLike made StringEquals": rename(
        4, "Condition", KEPT[1], to="ForAnyValue:StringEquals"
    ),
    "audit: the condition dropped": drop(4, "Condition"),
    "audit: the # before the * dropped": put(4, *KEPT, value=f"TENANT#{TAG}#AUDIT*"),
    "audit: whatever is called AUDIT": put(4, *KEPT, value="TENANT#*#AUDIT#*"),
    "audit: one school written out": put(4, *KEPT, value="TENANT#a-b#AUDIT#*"),
    "audit: one day written out": put(4, *KEPT, value=f"TENANT#{TAG}#AUDIT#2026-11-20"),
    "audit: the variable misspelt": put(
        4, *KEPT, value="TENANT#${aws:PrincipalTag/school}#AUDIT#*"
    ),
    "audit: the indexes in place of the table": put(
        4, "Resource", value=TABLE + "luca-platform/index/*"
    ),
}
TRUST: dict[str, Change] = {
    "the tag conditions dropped": both(
        drop(0, "Condition", "Null", REQUEST_TAG), drop(0, "Condition", "StringLike")
    ),
    "an empty tag accepted": drop(0, "Condition", "StringLike"),
    "further tags accepted": drop(0, "Condition", "ForAllValues:StringEquals"),
    "transitive tags accepted": drop(0, "Condition", "Null", "sts:TransitiveTagKeys"),
    "the whole condition dropped": drop(0, "Condition"),
    "patterns accepted": lambda document: document["Statement"].pop(1),
    "# accepted": lambda document: at(1, *("Condition", "StringLike", REQUEST_TAG))(
        document
    ).remove("*#*"),
    "schools may enter schools": add(0, "Principal", "AWS", value=ROLE + "luca-tenant"),
    "anybody may enter": put(0, "Principal", value={"AWS": "*"}),
    "a service is no longer trusted": lambda document: at(0, "Principal", "AWS")(document).pop(0),
}
DIRECTORY: dict[str, Change] = {
    "directory: the # before the * dropped": leading("PLATFORM*"),
    "directory: every key": leading("*"),
    "directory: the schools' keys added": add(0, "Condition", FOR_ALL, LEADING, value="TENANT#*"),
    "directory: the Null clause dropped": NULL,
    "directory: Scan added": SCAN,
}
ON_PAPER = frozenset(
    {
        "the Null clause dropped",
        "Scan added",
        "PartiQL added",
        "every action",
        "S3: every action",
        "the resource widened to all tables",
        "the resource widened to like names",
        "the resource widened to everything",
        "DescribeTable for all",
        "KMS without its service",
        "the tag conditions dropped",
        "patterns accepted",
        "schools may enter schools",
        "anybody may enter",
        "directory: the Null clause dropped",
        "directory: Scan added",
    }
)
POOLS = "arn:aws:cognito-idp:${Region}:${AccountId}:userpool/*"
QUEUES = "arn:aws:sqs:${Region}:${AccountId}:*"
MACHINES = "arn:aws:states:${Region}:${AccountId}:stateMachine:"
SYNC_MACHINE = MACHINES + "luca-govsync"
TOPICS = "arn:aws:sns:${Region}:${AccountId}:*"
NEW_USER, BEGIN = "cognito-idp:AdminCreateUser", "states:StartExecution"
RULES = "arn:aws:events:${Region}:${AccountId}:rule/"
SERVICES: tuple[Mutant, ...] = (
    Mutant("api", "api reads the table", statement(Action="dynamodb:GetItem", Resource="*")),
    Mutant("api", "api may do anything", statement(Action="*", Resource="*")),
    Mutant(
        "api", "api takes messages", add("sqs:SendMessage", "Action", value="sqs:ReceiveMessage")
    ),
    Mutant("api", "api makes users", statement(Action=NEW_USER, Resource=POOLS)),
    Mutant(
        "worker",
        "worker sets passwords",
        add(NEW_USER, "Action", value="cognito-idp:AdminSetUserPassword"),
    ),
    Mutant("worker", "worker queries", statement(Action="dynamodb:Query", Resource=TABLE + "*")),
    Mutant("worker", "worker reads the bucket", statement(Action="s3:*", Resource="*")),
    Mutant(
        "consumer",
        "consumer takes every queue",
        put("sqs:ReceiveMessage", "Resource", value=QUEUES),
    ),
    Mutant("platform", "platform writes", statement(Action="dynamodb:PutItem", Resource="*")),
    Mutant("platform", "platform owns the pool", put(NEW_USER, "Action", value="cognito-idp:*")),
    Mutant(
        "platform",
        "platform writes metrics",
        put("cloudwatch:GetMetricStatistics", "Action", value="cloudwatch:*"),
    ),
    Mutant("worker", "worker tells any topic", put("sns:Publish", "Resource", value=TOPICS)),
    Mutant("worker", "worker tells telephones", put("sns:Publish", "Resource", value="*")),
    Mutant(
        "api",
        "api subscribes",
        put("sns:Publish", "Action", value=["sns:Publish", "sns:Subscribe"]),
        on_paper=True,
    ),
    Mutant("machine", "machine sends anywhere", put("sqs:SendMessage", "Resource", value=QUEUES)),
    Mutant("machine", "machine begins itself", put(BEGIN, "Resource", value=SYNC_MACHINE + "*")),
    Mutant(
        "machine",
        "machine makes any rule",
        put("events:PutRule", "Resource", value=RULES + "*"),
        on_paper=True,
    ),
    Mutant("worker", "worker begins every machine", put(BEGIN, "Resource", value=MACHINES + "*")),
    Mutant("worker", "worker begins like names", put(BEGIN, "Resource", value=SYNC_MACHINE + "*")),
    Mutant(
        "worker",
        "worker ends every execution",
        put(
            "states:StopExecution",
            "Resource",
            value="arn:aws:states:${Region}:${AccountId}:execution:*",
        ),
    ),
    Mutant(
        "worker",
        "worker reads every history",
        put("states:StopExecution", "Action", value="states:*"),
        on_paper=True,
    ),
    Mutant(
        "worker",
        "worker answers nobody",
        put("states:SendTaskFailure", "Action", value="states:SendTaskSuccess"),
    ),
    Mutant("api", "api begins runs", statement(Action=BEGIN, Resource="*")),
    Mutant(
        "gateway",
        "the gateway sends tasks too",
        put(0, "Resource", value="arn:aws:sqs:${Region}:${AccountId}:*"),
    ),
    Mutant("gateway", "the gateway takes events", put(0, "Action", value="sqs:ReceiveMessage")),
    Mutant(
        "trust-directory",
        "schools may enter the directory",
        add(0, "Principal", "AWS", value=ROLE + "luca-tenant"),
        on_paper=True,
    ),
    Mutant(
        "trust-machine",
        "anybody may be the machine",
        both(put(0, "Principal", value={"AWS": "*"}), drop(0, "Condition")),
        on_paper=True,
    ),
)
