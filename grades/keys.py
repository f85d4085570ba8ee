"""Where grades live in the table. The only place that spells their keys.

=======
==================== =========================== ======================================
Item                 Partition key               Sort key
==================== =========================== ======================================
``evaluation``       T#STUDENT#<student>         EVAL#<subject>#<period>#<assessment>
``grade``            T#STUDENT#<student>         GRADE#<subject>#<period>
``grade_version``    T#STUDENT#<student>         VERSION#<subject>#<period>#<10 digits>
``grade_import_row`` T#STUDENT#<student>         UPLOAD#<import>
``assessment``       T#COURSE#<subject>#<period> ASSESSMENT#<id>
``curve``            T#COURSE#<subject>#<period> CURVE#<assessment>#<10 digits>
``dirty``            T#COURSE#<subject>#<period> DIRTY
``grading_rules``    T#CONFIG                    GRADING_RULES#<subject>#<10 digits>
``night``            PLATFORM#LOCK#<school>      NIGHT#<date>
``grade_import``     T#IMPORT#<import>           -
==================== =========================== ======================================

`T` is `TENANT#<school>`. Indexes, all sparse:

============== ====================================== ======================================
Rows           Partition key                          Sort key
============== ====================================== ======================================
evaluations    T#GRADEBOOK#<subject>#<period>#<group> <student>#<assessment>
unconsolidated T#PENDING#CONSOLIDATION#<shard>        <period>#<subject>#<student>#<assess.>
dirty courses  T#PENDING#CONSOLIDATION#<shard>        <period>#<subject>
due dates      T#PENDING#CONSOLIDATION#<shard>        <period>#<subject>#<assessment>
future rules   T#PENDING#RULES                        <date>#<subject>#<10 digits>
candidates     T#PENDING#SYNC#<shard>                 <period>#<subject>#<student>
============== ====================================== ======================================

The first is in GSI1, the others are in GSI2.
"""

from luca.aws.table import checked, key, platform_key, prefix, tenant_key
from luca.kernel.ids import SHARDS, shard

DIRTY = "DIRTY"
PROFILE = "PROFILE"  # the student's own item; it belongs to tenants
FIRST_GRADE = "GRADE#"
ONLY = "-"  # the sort key of an item that is alone in its partition
ALL_SHARDS = tuple(f"{number:02d}" for number in range(SHARDS))


def student(student: str) -> str:
    return tenant_key("STUDENT", student)


def course(subject: str, period: str) -> str:
    return tenant_key("COURSE", subject, period)


def enrolled(student: str) -> str:
    """Where a course's partition says in which group somebody attends it; tenants write it."""
    return key("ENROLLED", student)


def everybody_enrolled() -> str:
    return prefix("ENROLLED")


def enrolled_last() -> str:
    """Behind everybody who attends: what is asked, and of whom, is one range."""
    return f"{everybody_enrolled()}~"


def subject_named(subject: str) -> str:
    """What a subject is called stands in CONFIG; tenants write it."""
    return key("COURSENAME", subject)


def period(period: str) -> str:
    """A period stands in CONFIG; tenants write it."""
    return key("PERIOD", period)


def evaluation(subject: str, period: str, assessment: str) -> str:
    return key("EVAL", subject, period, assessment)


def evaluations() -> str:
    """The prefix of all of a student's evaluations."""
    return prefix("EVAL")


def evaluations_of(subject: str, period: str) -> str:
    return prefix("EVAL", subject, period)


def grade(subject: str, period: str) -> str:
    return key("GRADE", subject, period)


def grades() -> str:
    return prefix("GRADE")


def version(subject: str, period: str, number: int) -> str:
    return key("VERSION", subject, period, f"{number:010d}")


def versions_of(subject: str, period: str) -> str:
    return prefix("VERSION", subject, period)


def assessment(assessment: str) -> str:
    return key("ASSESSMENT", assessment)


def assessments() -> str:
    return prefix("ASSESSMENT")


def curve(assessment: str, number: int) -> str:
    return key("CURVE", assessment, f"{number:010d}")


def curves_of(assessment: str) -> str:
    return prefix("CURVE", assessment)


def config() -> str:
    return tenant_key("CONFIG")


def rules(subject: str, number: int) -> str:
    return key("GRADING_RULES", subject, f"{number:010d}")


def rules_of(subject: str) -> str:
    return prefix("GRADING_RULES", subject)


def all_rules() -> str:
    """The prefix that the rules of every subject share."""
    return prefix("GRADING_RULES")


def pending_rules() -> str:
    """The work queue where rules wait for their day."""
    return tenant_key("PENDING", "RULES")


def rules_beginning(date: str, subject: str, number: int) -> str:
    return key(date, subject, f"{number:010d}")


def gradebook(subject: str, period: str, group: str) -> str:
    return tenant_key("GRADEBOOK", subject, period, group)


def gradebook_cell(student: str, assessment: str) -> str:
    return key(student, assessment)


def gradebook_from(student: str) -> str:
    """Before all cells of a student."""
    return prefix(student)


def gradebook_up_to(student: str) -> str:
    """Behind all cells of a student, and before whoever comes next: `$` follows the separator."""
    return f"{student}$"


def consolidation(of: str) -> str:
    """The work queue where a student's (or a course's) pending work is found."""
    return consolidation_shard(shard(of))


def consolidation_shard(number: str) -> str:
    return tenant_key("PENDING", "CONSOLIDATION", number)


def pending_evaluation(period: str, subject: str, student: str, assessment: str) -> str:
    return key(period, subject, student, assessment)


def pending_course(period: str, subject: str) -> str:
    return key(period, subject)


def pending_assessment(period: str, subject: str, assessment: str) -> str:
    return key(period, subject, assessment)


def pending_of_period(period: str) -> str:
    return prefix(period)


def sync(student: str) -> str:
    return sync_shard(shard(student))


def sync_shard(number: str) -> str:
    return tenant_key("PENDING", "SYNC", number)


def sync_candidate(period: str, subject: str, student: str) -> str:
    return key(period, subject, student)


def grade_import(identity: str) -> str:
    return tenant_key("IMPORT", *checked(identity))


def grade_import_row(identity: str) -> str:
    """What a table says of a student lies with the student, so that it goes with them."""
    return key("UPLOAD", *checked(identity))


def lock(school: str) -> str:
    return platform_key("LOCK", school)


def night(date: str) -> str:
    return key("NIGHT", date)


def nights() -> str:
    return prefix("NIGHT")
