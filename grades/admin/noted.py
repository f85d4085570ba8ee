"""That a look was noted, carried from a page to the part of it that comes after it.

The part is asked of any process, which does not know what another has noted; without this, or
when it is old or another's, the look is noted once more.
"""

from luca.api import sealing
from luca.api.sealing import NotOurs
from luca.kernel import context

LIFETIME = 15 * 60  # seconds for which one look counts as the same
SEEN = "seen"  # the parameter of an address


def noted(what: str) -> str:
    return sealing.seal(1, _bound(what))


def is_noted(text: str | None, what: str) -> bool:
    try:
        return bool(text) and sealing.unseal(str(text), _bound(what), lifetime=LIFETIME) == 1
    except NotOurs:
        return False


def _bound(what: str) -> str:
    return f"looked\0{context.school()}\0{context.actor()}\0{what}"
