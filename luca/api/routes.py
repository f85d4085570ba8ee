"""How ids stand in paths: `path("students/<id:student>", …)`."""

from luca.kernel.ids import ID


class IdConverter:
    """What no key may hold is the id of nothing: such a path is not routed at all."""

    regex = ID.pattern

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
