"""Where a list of the admin goes on, and back: sealed, for one list of one school."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from luca.api import sealing
from luca.api.sealing import NotOurs
from luca.kernel import context
from luca.kernel.errors import Malformed

LIFETIME = 24 * 3600  # seconds
LONGEST = 4096  # characters
STEPS = 3  # pages that one can go back; a URL has to stay short


@dataclass(frozen=True, slots=True)
class Trail:
    """The starts of the pages behind, and of the one to show; none of them is the first's."""

    behind: tuple[Any, ...] = ()
    here: Any = None

    def forward(self, start: Any) -> "Trail":
        return Trail((*self.behind, self.here)[-STEPS:], start)

    def back(self) -> "Trail":
        """One page back; the first one when the trail is lost."""
        return Trail(self.behind[:-1], self.behind[-1]) if self.behind else Trail()


def named(model: type[Any], chosen: Mapping[str, Any]) -> str:
    """Name a list with all that chooses its rows."""
    choice = sorted((name, sorted(map(str, values))) for name, values in chosen.items())
    return f"{model._meta.label}\0{choice}"


def sealed(trail: Trail, name: str) -> str:
    return sealing.seal([list(trail.behind), trail.here], _bound(name))


def opened(text: str | None, name: str) -> Trail:
    """Read a trail; Malformed when it is not ours, not of this list and school, or too old."""
    if not text:
        return Trail()
    try:
        behind, here = sealing.unseal(text[: LONGEST + 1], _bound(name), lifetime=LIFETIME)
    except NotOurs:
        raise Malformed("This cursor does not belong to this list.", code="bad_cursor") from None
    return Trail(tuple(behind), here)


def _bound(name: str) -> str:
    return f"admin\0{context.school()}\0{name}"
