"""What the office's first page shows, counted beforehand: a page of it is one Query.

| item | kind | PK | SK |
|---|---|---|---|
| what a school did on a day | ``office_day`` | `T#OFFICE` | `ACTIVITY#<yyyy-mm-dd>` |
| what needs somebody | ``office_attention`` | `T#OFFICE` | `ATTENTION` |
| a course at a glance | ``office_course`` | `T#OFFICE` | `COURSE#<period>#<subject>` |

Nothing adds to these figures: each is counted anew from what is stored and replaces the one
before, so that no message that comes twice makes it wrong. They name nobody.
"""

from pynamodb.attributes import UnicodeAttribute

from luca.aws.table import InstantAttribute, TenantItem, key, prefix, tenant_key
from luca.kernel.ids import check_id

ATTENTION = "ATTENTION"
ACTIVITY = prefix("ACTIVITY")
COURSES = prefix("COURSE")


class AttentionItem(TenantItem, discriminator="office_attention"):
    found = UnicodeAttribute(null=True)  # JSON: counts and words of fixed lists; null: not yet
    asked = InstantAttribute(null=True)  # when somebody last wanted it fresh
    counted = InstantAttribute(null=True)
    charts_asked = InstantAttribute(null=True)
    charted = InstantAttribute(null=True)


class CourseTallyItem(TenantItem, discriminator="office_course"):
    period = UnicodeAttribute()
    subject = UnicodeAttribute()
    found = UnicodeAttribute()  # JSON: counts
    counted = InstantAttribute()


class DayTallyItem(TenantItem, discriminator="office_day"):
    found = UnicodeAttribute()  # JSON: counts


def place() -> str:
    return tenant_key("OFFICE")


def course(period: str, subject: str) -> str:
    return key("COURSE", check_id(period), check_id(subject))


def day(date: str) -> str:
    return key("ACTIVITY", date)
