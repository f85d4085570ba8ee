"""Screens of the library: a shelf to look at, an inventory that goes on, a fire."""

from collections.abc import Iterable, Mapping
from typing import Any

from luca.dynadmin.screens import Confirm, Crumb, Place, Progress, Screen, Watch
from luca.kernel.errors import Conflict, FieldError, Invalid

BURNT: list[tuple[str, str]] = []
COUNTED = [0]


class Shelf(Screen):
    title = "A shelf"
    template = "dynadmin/screen.html"
    readers = frozenset({"school_admin", "teacher"})

    def heading(self, **where: str) -> str:
        return f"Shelf {where['shelf']}"


class Inventory(Watch):
    title = "Inventory"

    def progress(self, **where: str) -> Progress:
        done = COUNTED[0]
        if done < 10:
            return Progress(done, 10, going=True, text="Counting")
        return Progress(10, 10, going=False, text="Counted", links=[Crumb("The list", "/list/")])


class Fire(Confirm):
    title = "Burn the shelf"
    button = "Burn"
    done = "It is gone."

    def effects(self, **where: str) -> Iterable[str]:
        yield f"All books of shelf {where['shelf']} will be gone."

    def act(self, given: Mapping[str, Any], **where: str) -> None:
        if where["shelf"] == "stone":
            raise Conflict("Stone does not burn.")
        if given["reason"] == "fun":
            raise Invalid("No.", errors=(FieldError("reason", "That is no reason."),))
        BURNT.append((where["shelf"], given["reason"]))


SCREENS = (
    Place("shelf/<str:shelf>/", Shelf, "shelf"),
    Place("inventory/", Inventory, "inventory"),
    Place("shelf/<str:shelf>/burn/", Fire, "burn"),
)
