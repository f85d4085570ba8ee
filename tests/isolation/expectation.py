"""The third judge: what the architecture promises, as a table. It reads no policy file.

A role that is not a row of this table fails the tests, and so does a row without a role.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.isolation.asks import Ask, Meaning
from tests.isolation.principals import Principal

TASKS, EVENTS, SYNC = "luca-tasks-queue", "behavior-events-queue", "govsync-queue"
DEAD = {name: f"{name}-dlq" for name in (TASKS, EVENTS, SYNC)}
SYNC_MACHINE, PARENT_MACHINE = "luca-govsync", "luca-govsync-parent"
MANAGED_RULE = "StepFunctionsGetEventsForStepFunctionsExecutionRule"
COMPLIANCE, ALERTS = "luca-compliance", "luca-ops-alerts"
LAKE = re.compile(
    r"(?:(events)/year=[^/]{4}/month=[^/]{2}|(grades)/year=[^/]{4}|(dlq|answers))/(.*)"
)
UNKNOWN = "dlq/unknown/"  # of what names no school
EVERY = "every school"  # in the folders that Firehose fills, and the one of its errors
TIMES = re.compile(r"events/|events/year=[^/]{4}/|grades/")  # folders that no school has a part in
PATTERNS = frozenset("*?$#/")  # characters that no school's name may bring into a policy or a key


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a role reaches; what is not said is not reached."""

    items: str = ""  # the prefix of every partition key, of the table and of each index
    lasting: str = ""  # the prefix of what, once put, nobody of this role changes or removes
    objects: str = ""  # the prefix of every path
    lists: bool = False  # the names of every school's objects
    enters: frozenset[str] = frozenset()  # other roles
    lake: Mapping[str, str] = field(default_factory=dict)  # operations by part of the lake
    stream: bool = False  # the changes of every school
    athena: frozenset[str] = frozenset()  # what a school asks of it, and it of others for a school
    queues: Mapping[str, str] = field(default_factory=dict)  # "send take look" by queue
    topics: frozenset[str] = frozenset()  # that it may tell something
    users: frozenset[str] = frozenset()  # operations of the user pool
    metrics: frozenset[str] = frozenset()  # operations of CloudWatch
    machines: Mapping[str, str] = field(default_factory=dict)  # "begin watch" by state machine
    rules: Mapping[str, str] = field(default_factory=dict)  # operations by rule of EventBridge
    secrets: frozenset[str] = frozenset()  # of the deployment, by name
    answers: bool = False  # tasks of machines, by the token that each message brings


MINTS = frozenset({"tenant", "directory"})
KEEP = "GetObject PutObject DeleteObject"
ADMINISTER = frozenset(
    {
        "AdminGetUser",
        "AdminListGroupsForUser",
        "AdminCreateUser",
        "AdminAddUserToGroup",
        "AdminRemoveUserFromGroup",
        "AdminDisableUser",
        "AdminEnableUser",
        "AdminDeleteUser",
        "AdminUserGlobalSignOut",
    }
)

ROLES: Mapping[str, Reach] = {
    # A school's session: its own items, of which what was recorded stays, and its own objects.
    "tenant": Reach(
        items="TENANT#{school}#",
        lasting="TENANT#{school}#AUDIT#",
        objects="tenants/{school}/",
        lake={
            **dict.fromkeys(("events", "grades"), "GetObject"),
            "answers": "GetObject PutObject",  # Athena's, written in the school's name
        },
        athena=frozenset(
            {
                *("StartQueryExecution", "GetQueryExecution"),
                *("GetQueryResults", "StopQueryExecution"),
                *("GetTable", "GetDatabase", "GetBucketLocation"),
            }
        ),
    ),
    # Who keeps a school's part of the lake: that, and nothing that is still in the table.
    "archive": Reach(lake=dict.fromkeys(("events", "grades", "dlq"), KEEP)),
    # The writer of the lake reads the stream, which is every school's, and enters archives only.
    "lake": Reach(
        enters=frozenset({"archive", "directory"}),
        stream=True,
        lake={UNKNOWN: "PutObject"},
        queues={TASKS: "send look"},
    ),
    # What AWS runs in the writer's place, and no process of ours can become: Pipes reads the same
    # stream, our function sees what it is handed, Firehose writes into every school's folder.
    "pipe": Reach(stream=True),
    "rows": Reach(),
    "delivery": Reach(
        lake={EVERY: "GetObject PutObject"},
        athena=frozenset({"GetTable", "GetBucketLocation"}),  # it converts by the lake's tables
    ),
    # Who starts our containers: the image, their logs, their secrets; of schools nothing.
    "execution": Reach(secrets=frozenset({"luca-django", "luca-authority", "luca-cognito"})),
    "puller": Reach(),
    # What a chat shows of an alarm: figures, which name schools and never people.
    "chat": Reach(metrics=frozenset({"GetMetricData", "ListMetrics"})),
    # The list of schools, the locks and the authority's rate.
    "directory": Reach(items="PLATFORM#"),
    # The minting roles: nothing on the table but to enter one of the two above.
    "api": Reach(
        enters=MINTS,
        queues={TASKS: "send look", EVENTS: "send look", SYNC: "send look"},
        topics=frozenset({ALERTS}),
    ),
    "worker": Reach(
        enters=MINTS | {"archive"},
        queues={
            TASKS: "send take look",
            SYNC: "send take look",
            DEAD[TASKS]: "send look",
            DEAD[SYNC]: "send take look",  # a redrive takes out what it has settled
        },
        topics=frozenset({COMPLIANCE, ALERTS}),
        machines=dict.fromkeys((SYNC_MACHINE, PARENT_MACHINE), "begin watch"),
        answers=True,
        # It carries out what a school's admin has written down: the API itself cannot.
        users=ADMINISTER
        | {
            "AdminResetUserPassword",
            "AdminSetUserMFAPreference",
            "AdminUpdateUserAttributes",
        },
    ),
    "consumer": Reach(enters=MINTS, queues={EVENTS: "take look", DEAD[EVENTS]: "send look"}),
    "platform": Reach(
        enters=MINTS | {"archive"},
        queues={
            **dict.fromkeys((TASKS, EVENTS, SYNC), "send look"),
            **dict.fromkeys(DEAD.values(), "send take look"),
        },
        topics=frozenset({ALERTS}),
        users=ADMINISTER | {"AdminSetUserPassword", "CreateUserPoolClient", "DeleteUserPoolClient"},
        metrics=frozenset({"GetMetricStatistics"}),  # how long a queue's oldest message waits
    ),
    # Step Functions: it hands steps to the workers, begins one school's machine from the one that
    # maps over schools, waits for its end, and sees no data.
    "machine": Reach(
        queues={SYNC: "send", DEAD[SYNC]: "send"},
        machines={SYNC_MACHINE: "begin watch"},
        rules={MANAGED_RULE: "DescribeRule PutRule PutTargets"},
    ),
    # API Gateway: events of whoever has a token, onto their queue, and nothing else.
    "gateway": Reach(queues={EVENTS: "send"}),
    # S3 itself, where a second region keeps a copy: it sees what there is, and copies by calls that
    # nobody can make.
    "replica": Reach(lists=True),
    # EventBridge Scheduler, where beat runs on one machine: ticks on one queue, and nothing else.
    "scheduler": Reach(queues={TASKS: "send"}),
}


def on_aws(who: Principal, ask: Ask) -> bool:
    """Whether AWS should let the request pass."""
    reach = ROLES.get(who.role)
    return reach is not None and _allowed(reach, who.school, ask.meaning)


def by_the_guard(who: Principal, ask: Ask) -> bool:
    """The guard refuses more, where the ask says why or where an index key is planted."""
    reach = ROLES.get(who.role, Reach())
    planted = all(_within(reach.items, who.school, (name,)) for name in ask.planted)
    return on_aws(who, ask) and planted and not ask.narrower


def _allowed(reach: Reach, school: str | None, meaning: Meaning) -> bool:
    match meaning.kind:
        case "items":
            changed = [name for name in meaning.changed if _within(reach.lasting, school, (name,))]
            return _within(reach.items, school, meaning.names) and not changed
        case "objects" | "listing":
            every = reach.lists and meaning.kind == "listing"
            return every or _within(reach.objects, school, meaning.names)
        case "lake" | "lake listing" | "athena":
            listed = EVERY in reach.lake and meaning.kind == "lake listing"
            return listed or meaning.verb in _of_the_lake(reach, school, meaning)
        case "queue" | "stream" | "users" | "metrics" | "topic" | "machine" | "rule" | "secret":
            return meaning.verb in _operations(reach, meaning)
        case "enter":
            return meaning.names[0] in reach.enters and _may_be_tagged(meaning)
    return False


def _operations(reach: Reach, meaning: Meaning) -> frozenset[str]:
    if meaning.kind == "queue":
        return frozenset(reach.queues.get(meaning.names[0], "").split())
    if meaning.kind == "stream":
        own = reach.stream and meaning.names[0] == "luca-platform"
        return frozenset({meaning.verb} if own else ())
    if meaning.kind in {"topic", "secret"}:
        named = reach.topics if meaning.kind == "topic" else reach.secrets
        return frozenset({meaning.verb} if meaning.names[0] in named else ())
    if meaning.kind == "rule":
        return frozenset(reach.rules.get(meaning.names[0], "").split())
    if meaning.kind == "machine":
        verbs = reach.machines.get(meaning.names[0], "").split()
        return frozenset(verbs) | (frozenset({"answer"}) if reach.answers else frozenset())
    return reach.users if meaning.kind == "users" else reach.metrics


def _of_the_lake(reach: Reach, school: str | None, meaning: Meaning) -> list[str]:
    """Operations on a file, delimiters of a listing, or what a school asks of Athena."""
    if meaning.kind == "athena":
        return sorted(reach.athena) if school or EVERY in reach.lake else []
    (name,) = meaning.names
    if EVERY in reach.lake:
        filled = name.startswith(("events/", "grades/", "errors/"))
        return reach.lake[EVERY].split() if filled else []
    if meaning.kind == "lake" and name.startswith(UNKNOWN):
        return reach.lake.get(UNKNOWN, "").split()
    if meaning.kind == "lake listing" and TIMES.fullmatch(name) and school and len(reach.lake) > 1:
        return ["/"]
    found = LAKE.fullmatch(name)
    own = found is not None and school and found[4].startswith(f"school_id={school}/")
    part = (found[1] or found[2] or found[3]) if found and own else ""
    if meaning.kind == "lake listing":
        return [meaning.verb] if part in reach.lake else []
    return reach.lake.get(part, "").split()


def _within(prefix: str, school: str | None, names: tuple[str, ...]) -> bool:
    """Every name, and at least one, lies under the prefix; a school's name is plain text."""
    if not prefix or not names or ("{school}" in prefix and not school):
        return False
    own = prefix.replace("{school}", school or "")
    return all(name.startswith(own) for name in names)


def _may_be_tagged(meaning: Meaning) -> bool:
    """Exactly one tag for a school, a name without patterns; none for anything else."""
    if meaning.names[0] not in {"tenant", "archive"}:
        return not meaning.tags
    ((key, value),) = meaning.tags if len(meaning.tags) == 1 else (("", ""),)
    return key == "school_id" and bool(value) and not PATTERNS & set(value)
