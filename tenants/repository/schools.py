"""The directory of schools, a school's profile, its periods, groups and courses."""

from datetime import date, datetime

from luca.aws import audit, store
from luca.aws.audit import Action
from luca.aws.table import TenantItem
from luca.kernel import context
from luca.kernel.errors import Conflict
from luca.kernel.ids import GroupId, PeriodId, SchoolId, SubjectId
from tenants import keys
from tenants.domain import Course, Group, Period, PeriodState, School, Subject
from tenants.models import CourseItem, GroupItem, PeriodItem, ProfileItem, SchoolRow, SubjectItem
from tenants.repository.saving import Join

CHANGED = "Somebody else changed it at the same moment; look at it again."


def listed() -> list[School]:
    """Every school of the platform, as the directory knows it: no profile is opened."""
    return [_listed(row) for row in store.every(SchoolRow, keys.schools(), consistent=True)]


def listed_page(limit: int, start: store.Key | None) -> tuple[list[School], store.Key | None]:
    page = store.query(SchoolRow, keys.schools(), consistent=True, limit=limit, start=start)
    return [_listed(row) for row in page.items], page.next


def is_listed(identity: str) -> bool:
    return store.get(SchoolRow, keys.schools(), identity, consistent=True) is not None


def _listed(row: SchoolRow) -> School:
    return School(SchoolId(row.sk), row.name, time_zone=row.time_zone)


def list_school(school: School) -> None:
    store.put(SchoolRow(keys.schools(), school.id, name=school.name, time_zone=school.time_zone))


def profile() -> School | None:
    found = store.get(ProfileItem, keys.config(), keys.PROFILE, consistent=True)
    if found is None:
        return None
    return School(
        context.school(),
        found.name,
        found.cct or "",
        found.time_zone,
        language=found.language,
        staff_totp=bool(found.staff_totp),
    )


def add_profile(school: School) -> bool:
    """Write the profile of a new school; False when there is one already."""
    work = store.Transaction()
    work.put(_profile_item(school), ProfileItem.pk.does_not_exist())
    audit.join(work, Action.SCHOOL_CREATED, f"school:{school.id}")
    try:
        store.patiently(work)
    except store.ConditionFailed:
        return False
    return True


def save_profile(school: School, *, seen: School) -> None:
    """Write the profile if it is still the one that was seen; Conflict when it is not."""
    after, before = _profile_item(school), _profile_item(seen)
    work = store.Transaction()
    work.put(after, store.is_still(before))
    changed = [
        name
        for name in store.values(after)
        if store.values(after)[name] != store.values(before)[name]
    ]
    about = f"school:{school.id}"
    audit.join(work, Action.SCHOOL_CHANGED, about, fields=",".join(sorted(changed)))
    _commit(work)


def _profile_item(school: School) -> ProfileItem:
    return ProfileItem(
        keys.config(),
        keys.PROFILE,
        name=school.name,
        cct=school.cct or None,
        time_zone=school.time_zone,
        language=school.language,
        staff_totp=school.staff_totp or None,
    )


def periods() -> list[Period]:
    sk = TenantItem.sk.startswith(keys.PERIODS)
    return [period_of(item) for item in store.every(PeriodItem, keys.config(), sk, consistent=True)]


def period(identity: PeriodId) -> Period | None:
    found = store.get(PeriodItem, keys.config(), keys.period(identity), consistent=True)
    return None if found is None else period_of(found)


def save_period(
    period: Period, *, seen: Period | None, act: Action | None = None, **details: str
) -> None:
    """Write a period if it is still the one that was seen (None: it is new)."""
    condition = (
        PeriodItem.pk.does_not_exist() if seen is None else store.is_still(_period_item(seen))
    )
    work = store.Transaction()
    work.put(_period_item(period), condition)
    if act is not None:
        audit.join(work, act, f"period:{period.id}", **details)
    _commit(work)


def _commit(work: store.Transaction) -> None:
    try:
        store.patiently(work)
    except store.ConditionFailed as error:
        raise Conflict(CHANGED, code="changed_meanwhile") from error


def _period_item(period: Period) -> PeriodItem:
    return PeriodItem(
        keys.config(),
        keys.period(period.id),
        id=period.id,
        name=period.name,
        starts=period.starts.isoformat(),
        ends=period.ends.isoformat(),
        state=period.state.value,
        closing_since=period.closing_since,
    )


def period_of(item: PeriodItem) -> Period:
    since: datetime | None = item.closing_since
    return Period(
        PeriodId(item.id),
        item.name,
        date.fromisoformat(item.starts),
        date.fromisoformat(item.ends),
        PeriodState(item.state),
        since,
    )


def groups() -> list[Group]:
    sk = TenantItem.sk.startswith(keys.GROUPS)
    return [group_of(item) for item in store.every(GroupItem, keys.config(), sk, consistent=True)]


def group(identity: GroupId) -> Group | None:
    found = store.get(GroupItem, keys.config(), keys.group_listed(identity), consistent=True)
    return None if found is None else group_of(found)


def save_group(group: Group, join: Join | None = None, *, seen: Group | None = None) -> None:
    """Write a group if it is still the one that was seen (None: whatever it was)."""
    work = store.Transaction()
    work.put(_group_item(group), None if seen is None else store.is_still(_group_item(seen)))
    if join is not None:
        join(work)
    _commit(work)


def _group_item(group: Group) -> GroupItem:
    return GroupItem(keys.config(), keys.group_listed(group.id), id=group.id, name=group.name)


def group_of(item: GroupItem) -> Group:
    return Group(GroupId(item.id), item.name)


def courses(period: PeriodId | None) -> list[Course]:
    beginning = keys.COURSES if period is None else keys.courses_of_period(period)
    sk = TenantItem.sk.startswith(beginning)
    return [_course(item) for item in store.every(CourseItem, keys.config(), sk, consistent=True)]


def list_course(course: Course) -> None:
    place = keys.course_listed(course.subject, course.period)
    store.put(CourseItem(keys.config(), place, subject=course.subject, period=course.period))


def catalogue() -> tuple[list[Period], list[Course], list[Group], list[Subject]]:
    """All periods, courses, groups and named subjects; what lies between them is passed over."""
    sk = TenantItem.sk.between(keys.COURSES, f"{keys.PERIODS}~")
    found = list(store.every(TenantItem, keys.config(), sk, consistent=True))
    return (
        [period_of(one) for one in found if isinstance(one, PeriodItem)],
        [_course(one) for one in found if isinstance(one, CourseItem)],
        [group_of(one) for one in found if isinstance(one, GroupItem)],
        [subject_of(one) for one in found if isinstance(one, SubjectItem)],
    )


def subject_of(item: SubjectItem) -> Subject:
    return Subject(SubjectId(item.id), item.name, item.version)


def _course(item: CourseItem) -> Course:
    return Course(SubjectId(item.subject), PeriodId(item.period))
