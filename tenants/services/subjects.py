"""What subjects are called. A subject is there when it has a name or is taught."""

from collections.abc import Mapping
from dataclasses import replace

from luca.kernel.errors import Conflict, FieldError, Invalid
from luca.kernel.ids import SubjectId
from tenants import rules
from tenants.domain import Subject
from tenants.repository import subjects as repository
from tenants.services.checks import checked_id

LONGEST = 200
MOST = 1_000  # subjects with a name


def subjects() -> list[Subject]:
    """Every subject of the school by name; one that nobody named is called by its id."""
    named, taught = repository.named_and_taught()
    bare = [Subject(one, one) for one in taught - {one.id for one in named}]
    return sorted([*named, *bare], key=lambda one: (rules.folded(one.name), one.id))


def subject_names() -> Mapping[SubjectId, str]:
    """What the subjects that have a name are called."""
    return {one.id: one.name for one in repository.named()}


def add_subject(subject: Subject) -> Subject:
    """Name a subject that has none; Conflict when it has one."""
    known = {one.id for one in repository.named()}
    if subject.id in known:
        fault = FieldError("id", "There is one with this id already.")
        raise Conflict("The subject exists already.", code="subject_exists", errors=(fault,))
    if len(known) >= MOST:
        raise Conflict("The school has too many subjects.", code="too_many_subjects")
    return name_subject(replace(subject, version=0))


def name_subject(subject: Subject) -> Subject:
    """Give a subject a name, over the version of it that was seen (0: it had none)."""
    checked_id(subject.id, "id")
    name = subject.name.strip()
    if not name or len(name) > LONGEST or not rules.printable(name):
        fault = FieldError("name", f"A subject needs a name of at most {LONGEST} characters.")
        raise Invalid("The subject has no name.", errors=(fault,))
    return repository.save(replace(subject, name=name))


def remove_subject(subject: Subject) -> None:
    """Take a subject's name away; Conflict for one that is taught."""
    if subject.id in repository.named_and_taught()[1]:
        raise Conflict("The subject is taught: it stays.", code="subject_taught")
    repository.remove(subject)
