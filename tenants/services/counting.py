"""How many a school has; for whoever counts at night, not for a request."""

from luca.kernel.ids import StudentId
from tenants.domain import Role
from tenants.repository import people


def student_ids() -> list[StudentId]:
    """Every student's id, and nothing else of them: this look is at nobody."""
    return [StudentId(one) for one in people.ids(Role.STUDENT)]


def people_counted() -> dict[Role, int]:
    """How many people of each role the school has; an index counts, some milliseconds behind."""
    return {role: people.number(role) for role in Role}
