"""Changes of a policy document, as mutants make them.

A statement is found by its number where the file has one order for ever, or by an action that it
tells of: a statement that is put before it then makes no other mutant of it.
"""

from collections.abc import Callable
from typing import Any

Document = dict[str, Any]
Change = Callable[[Document], object]
Where = int | str


def at(where: Where, *path: str) -> Callable[[Document], Any]:
    """What lies at a path within a statement: the one of a number, or that tells of an action."""

    def found(document: Document) -> Any:
        some = document["Statement"]
        place = some[where] if isinstance(where, int) else next(filter(_tells(where), some))
        for name in path:
            place = place[name]
        return place

    return found


def _tells(action: str) -> Change:
    return lambda one: action in one["Action"]


def drop(where: Where, *path: str) -> Change:
    return lambda document: at(where, *path[:-1])(document).pop(path[-1])


def put(where: Where, *path: str, value: Any) -> Change:
    return lambda document: at(where, *path[:-1])(document).update({path[-1]: value})


def add(where: Where, *path: str, value: Any) -> Change:
    return lambda document: at(where, *path)(document).append(value)


def forget(where: Where, *path: str, value: Any) -> Change:
    return lambda document: at(where, *path)(document).remove(value)


def rename(where: Where, *path: str, to: str) -> Change:
    def change(document: Document) -> None:
        place = at(where, *path[:-1])(document)
        place[to] = place.pop(path[-1])

    return change


def both(*changes: Change) -> Change:
    return lambda document: [change(document) for change in changes]


def statement(**more: Any) -> Change:
    return lambda document: document["Statement"].append({"Effect": "Allow", **more})
