"""Who is signed in to the admin: made from a verified session at each request, never stored."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models


class StaffUser(AbstractBaseUser):
    """What Django's admin wants to know of its user.

    `groups_held` are the person's, of this moment; the pages say which of them they are for.
    """

    id = models.CharField(
        primary_key=True, max_length=130
    )  # school and person: a cache may key by it
    person = models.CharField(max_length=64)
    school = models.CharField(max_length=63)
    shown_name = models.CharField(max_length=200)
    is_staff: ClassVar[bool] = True
    groups_held: frozenset[str] = frozenset()
    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        managed = False

    @classmethod
    def of(cls, school: str, person: str, groups: frozenset[str], name: str) -> "StaffUser":
        user = cls(id=f"{school}~{person}", person=person, school=school, shown_name=name)
        user.groups_held = groups
        return user

    def get_full_name(self) -> str:
        return self.shown_name

    get_short_name = get_full_name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """No page asks: each ModelAdmin decides by groups."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False

    def has_usable_password(self) -> bool:
        """Its own menu would lead to a page that there is not."""
        return False

    def save(self, *args: Any, **options: Any) -> None:
        raise TypeError("Accounts live in the user pool.")
