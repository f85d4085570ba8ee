"""Where the lake keeps what it has to remember of itself. The only place that spells its keys.

=========================================  ===================  ====================
Item                                       Partition key        Sort key
=========================================  ===================  ====================
the columns that the lake was written by   PLATFORM#LAKE        SCHEMA
how far a shard has been read              PLATFORM#LAKE        SHARD#<shard>
a gap of the stream                        PLATFORM#LAKE        GAP#<id>
when a school was last filled from it      PLATFORM#LAKE        FILLED#<school>
what the lake has to remove                T#ERASURES           LAKE#<person>
why nothing is erased from it for a while  T#ERASURES           HOLD
=========================================  ===================  ====================

Their kinds are ``lake_schema``, ``lake_checkpoint``, ``lake_gap``, ``lake_filled``,
``lake_erasure`` and ``lake_hold``. `T` is `TENANT#<school>`; the partition of erasures is that of
`luca.privacy`.
"""

from luca.aws.table import key, platform_key, prefix, tenant_key
from luca.kernel.ids import check_id

SCHEMA = "SCHEMA"
HOLD = "HOLD"
SHARDS = prefix("SHARD")
GAPS = prefix("GAP")
FILLED = prefix("FILLED")


def lake() -> str:
    return platform_key("LAKE")


def erasures() -> str:
    return tenant_key("ERASURES")


def erasure(person: str) -> str:
    return key("LAKE", check_id(person))


def every_erasure() -> str:
    return prefix("LAKE")


def config() -> str:
    """The partition of a school's periods, courses and rules."""
    return tenant_key("CONFIG")


def course(subject: str, period: str) -> str:
    """The partition of a course's assessments and of who attends it."""
    return tenant_key("COURSE", subject, period)


def student(person: str) -> str:
    """The partition key of a student's own items; in a row of the lake it says whose it is."""
    return tenant_key("STUDENT", person)


def enrolled(person: str) -> str:
    """The sort key under which a course lists a student."""
    return key("ENROLLED", person)


def shard(identity: str) -> str:
    return key("SHARD", identity)


def gap(identity: str) -> str:
    return key("GAP", identity)


def filled(school: str) -> str:
    return key("FILLED", school)
