"""What people call the subjects of a school: some dozens of small items."""

from luca.aws import audit, store
from luca.aws.audit import Action
from luca.aws.table import TenantItem
from luca.kernel.errors import PreconditionFailed
from luca.kernel.ids import SubjectId
from tenants import keys
from tenants.domain import Subject
from tenants.models import CourseItem, SubjectItem
from tenants.repository.schools import subject_of

CHANGED = "Somebody changed it since you read it."


def named() -> list[Subject]:
    sk = TenantItem.sk.startswith(keys.SUBJECTS)
    return [subject_of(one) for one in store.every(SubjectItem, keys.config(), sk, consistent=True)]


def named_and_taught() -> tuple[list[Subject], set[SubjectId]]:
    """The subjects that have a name, and those that there are courses of."""
    sk = TenantItem.sk.between(keys.COURSES, f"{keys.SUBJECTS}~")
    found = list(store.every(TenantItem, keys.config(), sk, consistent=True))
    return (
        [subject_of(one) for one in found if isinstance(one, SubjectItem)],
        {SubjectId(one.subject) for one in found if isinstance(one, CourseItem)},
    )


def save(subject: Subject) -> Subject:
    """Write a name over the version that was seen; PreconditionFailed when it is another."""
    version = subject.version + 1
    fresh = SubjectItem(
        keys.config(),
        keys.subject_listed(subject.id),
        id=subject.id,
        name=subject.name,
        version=version,
    )
    work = store.Transaction()
    still = SubjectItem.version == subject.version
    work.put(fresh, still if subject.version else SubjectItem.pk.does_not_exist())
    audit.join(work, Action.SUBJECT_NAMED, f"subject:{subject.id}")
    _commit(work)
    return Subject(subject.id, subject.name, version)


def remove(subject: Subject) -> None:
    work = store.Transaction()
    place = SubjectItem(keys.config(), keys.subject_listed(subject.id))
    work.delete(place, SubjectItem.version == subject.version)
    audit.join(work, Action.SUBJECT_REMOVED, f"subject:{subject.id}")
    _commit(work)


def _commit(work: store.Transaction) -> None:
    try:
        store.patiently(work)
    except store.ConditionFailed:
        raise PreconditionFailed(CHANGED) from None
