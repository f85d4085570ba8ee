"""Free text that is kept for good must not say whom it is about."""

from collections.abc import Iterable

from luca.kernel.errors import FieldError, Invalid
from tenants import rules
from tenants.domain import Person, Role, Student
from tenants.repository import people as repository
from tenants.services.checks import well_formed

SHORTEST = 3  # letters of a name's word that count: "de" and "la" are in every text
CONNECTING = frozenset({"del", "las", "los", "san", "von", "van", "der"})


def check_names_nobody(text: str, person: str, field: str = "reason") -> None:
    """Raise Invalid if the text holds a word of the person's name, their CURP or their e-mail.

    Reasons go into the audit log, which nobody can change, not even to erase a person.
    """
    if not well_formed(person):
        return
    for role in Role:
        one = repository.get(role, person)
        if one is not None:
            _check(text, one, field)


def check_names_none_of(text: str, students: Iterable[str], field: str = "reason") -> None:
    """The same for a text about many students."""
    found = repository.several(Role.STUDENT, filter(well_formed, students))
    for one in found.values():
        _check(text, one, field)


def _check(text: str, one: Person, field: str) -> None:
    said = set(rules.words_of(text))
    names = {w for w in rules.words_of(one.given_name, one.family_name) if len(w) >= SHORTEST}
    exact = [one.email, one.curp if isinstance(one, Student) else ""]
    held = any(other and other.casefold() in text.casefold() for other in exact)
    if held or (names - CONNECTING) & said:
        message = "A reason is kept for good: leave out names, CURP and e-mail."
        raise Invalid(message, code="reason_names_person", errors=(FieldError(field, message),))
