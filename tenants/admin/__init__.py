"""What school admins see and do: the site, its door, and the pages of schools and people."""

from tenants.admin import audit, groups, imports, invitations, people, platform, school, subjects

__all__ = ["audit", "groups", "imports", "invitations", "people", "platform", "school", "subjects"]
