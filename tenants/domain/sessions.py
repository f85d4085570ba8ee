"""The words of the admin's sessions."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from luca.kernel.ids import PersonId, SchoolId


@dataclass(frozen=True, slots=True)
class StaffSession:
    """Somebody signed in to the admin; `sealed` opens with our secret only."""

    id: str  # a digest: what the browser holds is not stored
    person: PersonId
    groups: frozenset[str]
    began: datetime
    checked: datetime  # when the user pool was last asked whether they may still
    sealed: str


@dataclass(frozen=True, slots=True)
class Staff:
    """Who asks for a page."""

    school: SchoolId
    person: PersonId
    groups: frozenset[str]
    name: str
    zone: ZoneInfo  # their school's
