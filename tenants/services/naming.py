"""Free text that is kept for good must not say whom it is about."""

from collections.abc import Iterable
from dataclasses import dataclass

from luca.kernel.errors import FieldError, Invalid
from tenants import rules
from tenants.domain import Person, Role, Student
from tenants.repository import people as repository
from tenants.services.cached import LINKS, Remembered
from tenants.services.checks import well_formed

SHORTEST = 3  # letters of a name's word that count: "de" and "la" are in every text
CONNECTING = frozenset({"del", "las", "los", "san", "von", "van", "der"})


@dataclass(frozen=True, slots=True)
class _Called:
    """What may not be in a text about somebody."""

    words: frozenset[str] = frozenset()
    exactly: frozenset[str] = frozenset()  # e-mail and CURP, wherever in a word they stand


# A table of results gives one reason for thirty results of each student.
_called: Remembered[_Called] = Remembered(LINKS)


def check_reason(text: str, person: str, field: str = "reason") -> None:
    """Raise Invalid unless the text says why something is done about a person, and not to whom."""
    if fault := rules.reason_fault(text.strip()):
        raise Invalid("It needs a reason.", errors=(FieldError(field, fault),))
    check_names_nobody(text, person, field)


def check_given(reason: str, *people: str) -> None:
    """A reason that may be left out: one that is given is kept for good."""
    for one in people if reason else ():
        check_reason(reason, one)


def check_names_nobody(text: str, person: str, field: str = "reason") -> None:
    """Raise Invalid if the text holds a word of the person's name, their CURP or their e-mail.

    Reasons go into the audit log, which nobody can change, not even to erase a person.
    """
    if not well_formed(person):
        return
    called = _called.fetch(person, lambda: _read(person))
    if called is not None:
        _check(text, called, field)


def check_names_none_of(text: str, students: Iterable[str], field: str = "reason") -> None:
    """The same for a text about many students."""
    found = repository.several(Role.STUDENT, filter(well_formed, students))
    for one in found.values():
        _check(text, _called_as([one]), field)


def _read(person: str) -> _Called | None:
    """Look in all roles: a teacher may be a guardian under the same id."""
    found = [one for one in (repository.get(role, person) for role in Role) if one is not None]
    return _called_as(found) if found else None


def _called_as(people: Iterable[Person]) -> _Called:
    words: set[str] = set()
    exactly: set[str] = set()
    for one in people:
        words |= {w for w in rules.words_of(one.given_name, one.family_name) if len(w) >= SHORTEST}
        exactly |= {one.email, one.curp if isinstance(one, Student) else ""}
    known = frozenset(one.casefold() for one in exactly if one)
    return _Called(frozenset(words) - CONNECTING, known)


def _check(text: str, called: _Called, field: str) -> None:
    held = any(other in text.casefold() for other in called.exactly)
    if held or called.words & set(rules.words_of(text)):
        message = "A reason is kept for good: leave out names, CURP and e-mail."
        raise Invalid(message, code="reason_names_person", errors=(FieldError(field, message),))
