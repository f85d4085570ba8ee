"""Which groups may pass. What a caller may do with one object is the services' business."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from luca.api.tokens import Principal


def Anyone(*groups: str) -> type[BasePermission]:  # noqa: N802 -- reads as the class it returns
    """Let in whoever is in one of the groups; without groups, everybody signed in.

    >>> Anyone("teacher", "school_admin").__name__
    'Anyone(teacher, school_admin)'
    """
    wanted = frozenset(groups)

    class InGroups(BasePermission):
        def has_permission(self, request: Request, view: Any) -> bool:
            who: Any = request.user
            return isinstance(who, Principal) and (not wanted or bool(wanted & who.groups))

    InGroups.__name__ = f"Anyone({', '.join(groups)})"
    return InGroups
