"""Cursors: where a list goes on, sealed so that nobody reads, forges or moves one.

They are encrypted and not just signed: the key of the last row may hold a name,
and a cursor travels in URLs.
"""

from luca.api.sealing import NotOurs
from luca.api.sealing import seal as sealed
from luca.api.sealing import unseal as opened
from luca.aws.store import Key
from luca.kernel import context
from luca.kernel.errors import Malformed

LIFETIME = 24 * 3600  # seconds
LONGEST = 4096  # characters


def seal(start: Key | None, query: str) -> str | None:
    """Return the cursor of the next page of a query; None when there is none.

    `query` names the list with everything that chooses its rows. The cursor opens
    for the same query, in the same school, and for nothing else.
    """
    return None if start is None else sealed(dict(start), _bound(query))


def unseal(cursor: str | None, query: str) -> Key | None:
    """Return where to go on; Malformed for a cursor that is not ours, not here or too old."""
    if not cursor:
        return None
    try:
        found: Key = opened(cursor[: LONGEST + 1], _bound(query), lifetime=LIFETIME)
    except NotOurs:
        raise Malformed(
            "This cursor does not belong to this list, or is too old: start the list again.",
            code="bad_cursor",
        ) from None
    return found


def _bound(query: str) -> str:
    return f"{context.school()}\0{query}"
