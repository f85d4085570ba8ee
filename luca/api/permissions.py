"""Who may pass. What a caller may do with one object is the services' business."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from luca.api.tokens import INTEGRATOR
from luca.api.verifying import Principal
from luca.aws.integrators import SCOPES
from luca.kernel.errors import Forbidden


def Anyone(*groups: str, scopes: tuple[str, ...] = ()) -> type[BasePermission]:  # noqa: N802 -- reads as the class it returns
    """Let in people of one of the groups, and programs with one of the scopes.

    Without groups everybody signed in passes. A program passes by its scopes only:
    without scopes none does.

    >>> Anyone("teacher", "school_admin", scopes=("grades.read",)).__name__
    'Anyone(teacher, school_admin; grades.read)'
    """
    wanted, needed = frozenset(groups), frozenset(scopes)
    if needed - SCOPES.keys():
        raise ValueError(f"There is no scope {', '.join(sorted(needed - SCOPES.keys()))}.")

    class InGroups(BasePermission):
        allowed_groups, allowed_scopes = wanted, needed

        def has_permission(self, request: Request, view: Any) -> bool:
            who: Any = request.user
            if not isinstance(who, Principal):
                return False
            if INTEGRATOR in who.groups:
                return _in_scope(who, needed)
            return not wanted or bool(wanted & who.groups)

    named = "; ".join(part for part in (", ".join(groups), ", ".join(scopes)) if part)
    InGroups.__name__ = f"Anyone({named})"
    return InGroups


def _in_scope(who: Principal, needed: frozenset[str]) -> bool:
    """Say which scope would do: an integrator cannot guess it."""
    if needed & who.scopes:
        return True
    if needed:
        raise Forbidden(
            f"This needs the scope {' or '.join(sorted(needed))}.", code="insufficient_scope"
        )
    return False
