"""What school admins see and do: the site, its door, and the pages of schools and people."""

from tenants.admin import people, school, subjects

__all__ = ["people", "school", "subjects"]
