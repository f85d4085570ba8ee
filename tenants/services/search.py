"""Finding people by any part of their name."""

from collections.abc import Iterator, Sequence

from luca.aws import audit
from luca.aws.store import Key
from luca.kernel import context
from luca.kernel.errors import FieldError, Forbidden, Invalid
from luca.kernel.ids import StudentId
from luca.kernel.iterate import chunks
from tenants import rules
from tenants.domain import Person, Role
from tenants.repository import names, people
from tenants.repository.names import Nominated
from tenants.services import access

READS = 10  # of one page of results: a thousand words of names
MOST_JUDGED = 100  # students a teacher may or may not see; each costs a read


def search(
    role: Role, text: str, *, limit: int, start: Key | None = None
) -> tuple[list[Person], Key | None]:
    """A page of people, each word asked for being the beginning of some word of their name.

    Somebody added a moment ago is found, somebody renamed only by the new name.
    A page may be short, even empty, although more follow: it ends after so many reads.
    """
    asked = rules.asked_words(text)
    if not asked:
        fault = FieldError("q", f"At least {rules.SHORTEST} letters of a name.")
        raise Invalid("Too little to search for.", errors=(fault,))
    _check_and_note(role)
    found: list[Person] = []
    judged = 0
    for _ in range(READS):
        some, following = names.nominated(role, asked, start)
        judged += len(some)
        for person, after in _confirmed(role, asked, some, limit):
            if len(found) == limit:
                return found, start
            found.append(person)
            start = after
        if following is None:
            return found, None
        start = following
        if len(found) == limit or (judged >= MOST_JUDGED and not access.sees_all()):
            break
    return found, start


def _confirmed(
    role: Role, asked: Sequence[str], nominated: Sequence[Nominated], limit: int
) -> Iterator[tuple[Person, Key]]:
    """Yield those who have such a name now, and whom the actor may see; a page's worth a read."""
    for some in chunks(nominated, limit):
        known = people.several(role, (one.id for one in some))
        for one in some:
            person = known.get(one.id)
            if person and _is_called(person, asked) and _is_visible(person):
                yield person, one.after


def _is_called(person: Person, asked: Sequence[str]) -> bool:
    return rules.matches(rules.words_of(person.given_name, person.family_name), asked)


def _is_visible(person: Person) -> bool:
    return access.sees_all() or access.may_see(StudentId(person.id))


def _check_and_note(role: Role) -> None:
    """Teachers look for their students; who else is at the school is the office's business."""
    if not access.sees_all() and (role is not Role.STUDENT or "teacher" not in context.groups()):
        raise Forbidden("Only a school admin may look for teachers and guardians.")
    if role is Role.STUDENT:
        audit.seen("search", f"school:{context.school()}")  # what was asked for is a name
