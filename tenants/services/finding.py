"""Finding people by whatever somebody types: a part of a name, an id, a CURP, an address."""

from collections.abc import Iterator

from luca.aws.store import Key
from tenants import rules
from tenants.domain import Person, Role
from tenants.repository import people as repository
from tenants.services import access
from tenants.services.checks import well_formed
from tenants.services.office import look_up
from tenants.services.search import search


def is_searchable(text: str) -> bool:
    """Whether there is enough to search for."""
    return _is_code(text) or bool(rules.asked_words(text))


def people_found(
    role: Role, text: str, *, limit: int, start: Key | None = None
) -> tuple[list[Person], Key | None]:
    """A page of people of a role; a code names one of them, everything else is part of a name.

    For school admins: who may see whom is judged by `search` for names only.
    """
    asked = text.strip()
    if start is None and _is_code(asked):
        return list(_known_as(role, asked)), None
    if not rules.asked_words(asked):
        return [], None
    found, following = search(role, asked, limit=limit, start=start)
    if not found and start is None and following is None:
        return list(_with_id(role, asked)), None
    return found, following


def _is_code(text: str) -> bool:
    """Names have no digits."""
    return "@" in text or any(letter.isdigit() for letter in text)


def _known_as(role: Role, text: str) -> Iterator[Person]:
    access.check_sees_all()
    if "@" in text:
        yield from _of(role, look_up(email=text))
        return
    code = rules.normal_code(text)
    if role is Role.STUDENT and not rules.curp_fault(code):
        yield from _of(role, look_up(curp=code))
        return
    seen = set()
    for one in (*_with_id(role, text), *_external(role, text)):
        if one.id not in seen:
            seen.add(one.id)
            yield one


def _of(role: Role, found: list[tuple[str, Person]]) -> Iterator[Person]:
    return (one for word, one in found if word == role.value)


def _with_id(role: Role, text: str) -> list[Person]:
    access.check_sees_all()
    found = repository.get(role, text) if well_formed(text) else None
    return [] if found is None else [found]


def _external(role: Role, text: str) -> list[Person]:
    found = repository.by_external_id(role, text)
    return [found] if found is not None and found.external_id == text else []
