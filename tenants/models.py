"""The items: attributes only. `tenants.keys` says where each lives."""

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute, UnicodeSetAttribute

from luca.aws.table import InstantAttribute, IntegerAttribute, PlatformItem, TenantItem


class SchoolRow(PlatformItem, discriminator="school"):
    name = UnicodeAttribute()
    time_zone = UnicodeAttribute()


class AttemptsRow(PlatformItem, discriminator="attempts"):
    tries = IntegerAttribute()
    until = IntegerAttribute()  # epoch seconds before which there is no other attempt


class ProfileItem(TenantItem, discriminator="profile"):
    name = UnicodeAttribute()
    cct = UnicodeAttribute(null=True)
    time_zone = UnicodeAttribute()
    language = UnicodeAttribute()
    staff_totp = BooleanAttribute(null=True)  # absent: the school does not demand it


class PeriodItem(TenantItem, discriminator="period"):
    id = UnicodeAttribute()
    name = UnicodeAttribute()
    starts = UnicodeAttribute()
    ends = UnicodeAttribute()
    state = UnicodeAttribute()
    closing_since = InstantAttribute(null=True)


class GroupItem(TenantItem, discriminator="group_listed"):
    id = UnicodeAttribute()
    name = UnicodeAttribute()


class SubjectItem(TenantItem, discriminator="subject"):
    id = UnicodeAttribute()
    name = UnicodeAttribute()
    version = IntegerAttribute()


class CourseItem(TenantItem, discriminator="course"):
    subject = UnicodeAttribute()
    period = UnicodeAttribute()


class PersonItem(TenantItem):
    """What students, teachers and guardians have in common."""

    id = UnicodeAttribute()
    given_name = UnicodeAttribute()
    family_name = UnicodeAttribute(null=True)
    external_id = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    curp = UnicodeAttribute(null=True)  # students only
    left_on = UnicodeAttribute(null=True)
    version = IntegerAttribute(null=True)


class StudentItem(PersonItem, discriminator="student"):
    pass


class TeacherItem(PersonItem, discriminator="teacher"):
    pass


class GuardianItem(PersonItem, discriminator="guardian"):
    pass


class WordItem(TenantItem, discriminator="word"):
    """One word of a name, with all of them: the others filter without another read."""

    id = UnicodeAttribute()
    words = UnicodeAttribute()


class LinkItem(TenantItem):
    """One item per link and side, so that either end is found with one query."""

    student = UnicodeAttribute(null=True)
    guardian = UnicodeAttribute(null=True)
    teacher = UnicodeAttribute(null=True)
    group = UnicodeAttribute(null=True)
    subject = UnicodeAttribute(null=True)
    period = UnicodeAttribute(null=True)


class ChildItem(LinkItem, discriminator="child"):
    pass


class ContactItem(LinkItem, discriminator="contact"):
    pass


class CourseOfStudentItem(LinkItem, discriminator="course_of_student"):
    withdrawn = UnicodeAttribute(null=True)  # the day


class EnrolmentChangeItem(LinkItem, discriminator="enrolment_change"):
    """Written once, never changed: who enrolled, moved or withdrew whom, and when."""

    at = InstantAttribute()
    move = UnicodeAttribute()
    before = UnicodeAttribute(null=True)
    by = UnicodeAttribute(null=True)


class MemberItem(LinkItem, discriminator="member"):
    pass


class TaughtItem(LinkItem, discriminator="taught"):
    pass


class TeachesItem(LinkItem, discriminator="teaches"):
    pass


class EnrolledItem(LinkItem, discriminator="enrolled"):
    moved = BooleanAttribute(null=True)  # from another group; what was done there lies there


class LookupItem(TenantItem, discriminator="lookup"):
    """Points from an e-mail address, a CURP or an external id to a person."""

    role = UnicodeAttribute()
    person = UnicodeAttribute()


class AccountItem(TenantItem, discriminator="account"):
    person = UnicodeAttribute()
    email = UnicodeAttribute()
    groups = UnicodeSetAttribute()
    state = UnicodeAttribute()
    invitation = UnicodeAttribute(null=True)
    order = UnicodeAttribute(null=True)
    open_order = BooleanAttribute(default=False)
    version = IntegerAttribute()


class AdminsItem(TenantItem, discriminator="admins"):
    """The school's admins that can sign in: the last one of them stays."""

    people = UnicodeSetAttribute(null=True)


class WorkItem(TenantItem):
    """What invitations and orders have in common."""

    id = UnicodeAttribute()
    person = UnicodeAttribute()
    state = UnicodeAttribute()
    asked_at = InstantAttribute()
    asked_by = UnicodeAttribute(null=True)
    version = IntegerAttribute()
    tries = IntegerAttribute()
    claimed_until = InstantAttribute(null=True)
    failure = UnicodeAttribute(null=True)
    settled_at = InstantAttribute(null=True)
    email = UnicodeAttribute(null=True)
    groups = UnicodeSetAttribute(null=True)


class InvitationItem(WorkItem, discriminator="invitation"):
    asked = UnicodeAttribute()
    batch = UnicodeAttribute(null=True)
    sent_at = InstantAttribute(null=True)
    expires_at = InstantAttribute(null=True)


class AccountOrderItem(WorkItem, discriminator="account_order"):
    act = UnicodeAttribute()
    reason = UnicodeAttribute()


class SessionItem(TenantItem, discriminator="session"):
    person = UnicodeAttribute()
    groups = UnicodeSetAttribute(null=True)
    began = InstantAttribute()
    checked = InstantAttribute()
    sealed = UnicodeAttribute()  # the refresh token and the name, under our secret


class PeopleImportItem(TenantItem, discriminator="people_import"):
    id = UnicodeAttribute()
    table = UnicodeAttribute()  # what is imported
    state = UnicodeAttribute()
    made_at = InstantAttribute()
    made_by = UnicodeAttribute(null=True)
    new = IntegerAttribute()
    changed = IntegerAttribute()
    unchanged = IntegerAttribute()
    refused = IntegerAttribute()
    job = UnicodeAttribute(null=True)
    stop = BooleanAttribute(null=True)
    partial = BooleanAttribute(null=True)
    left = UnicodeAttribute(null=True)  # JSON: counts by cause
