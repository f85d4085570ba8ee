"""Finding people by any words of their name.

The items of one word nominate; the caller reads the people themselves, consistently,
and drops who has another name by now.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from luca.aws import store
from tenants import keys, rules
from tenants.domain import Role
from tenants.models import WordItem

PAGE = 100  # items of one read


@dataclass(frozen=True, slots=True)
class Nominated:
    """Somebody whose name seems to match, and where a list goes on after them."""

    id: str
    after: store.Key


def nominated(
    role: Role, asked: Sequence[str], start: store.Key | None
) -> tuple[list[Nominated], store.Key | None]:
    """Read one page of the items of the first word; the other words filter it."""
    lead, place = asked[0], keys.words(role, asked[0])
    sk = WordItem.sk.startswith(lead)
    page = store.query(WordItem, place, sk, consistent=True, limit=PAGE, start=start)
    found = [
        Nominated(item.id, {"PK": {"S": item.pk}, "SK": {"S": item.sk}})
        for item in page.items
        if rules.matches(words := item.words.split(), asked) and _is_first(item, words, lead)
    ]
    return found, page.next


def _is_first(item: WordItem, words: Sequence[str], lead: str) -> bool:
    """`mar` finds María Martínez twice: only the first of her words that fit counts."""
    first = next(word for word in words if word.startswith(lead))
    known: str = item.sk
    return known == keys.word(first, item.id)
