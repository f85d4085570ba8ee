"""How drf-spectacular describes one operation of ours."""

from typing import Any

from drf_spectacular.openapi import AutoSchema


class Described(AutoSchema):
    """Says of each operation with which scopes, any of them, a program may call it."""

    def get_auth(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super().get_auth()
        scopes = {
            scope
            for one in self.view.get_permissions()
            for scope in getattr(one, "allowed_scopes", ())
        }
        return [*found, *({"program": [one]} for one in sorted(scopes))] if found else found
