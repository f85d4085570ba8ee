"""Browsers that are signed in to the admin, without walking through the sign-in each time."""

import secrets
from datetime import timedelta
from typing import Any

from django.test import Client

from luca.api import sealing
from luca.kernel import clock, context
from luca.kernel.ids import PersonId
from tenants.admin.door import COOKIE
from tenants.domain import TIME_ZONE
from tenants.domain.sessions import StaffSession
from tenants.repository import sessions
from tenants.services import staff_sessions

CALLS = "X-Luca-Calls"
HOUR = timedelta(hours=1)


class Office(Client):
    """Somebody's browser; `calls` are the last page's to the table, its session's among them."""

    def __init__(self, school: str, person: str) -> None:
        super().__init__(SERVER_NAME="127.0.0.1")
        self.school = school
        self.person = person
        self.calls: list[str] = []

    def request(self, **request: Any) -> Any:
        answer: Any = super().request(**request)
        self.calls = answer.get(CALLS, "0").split()[1:]
        return answer

    def text(self, path: str, query: dict[str, Any] | None = None) -> str:
        """What a page says that must open."""
        answer = self.get(path, query)
        assert answer.status_code == 200, (answer.status_code, answer.content.decode()[:2000])
        return str(answer.content.decode())


def office_of(school: str, *groups: str, person: str = "rosa", name: str = "Rosa Peña") -> Office:
    """Sign somebody in; the user pool, which nobody told of them, is not asked for an hour.

    After five minutes, as usual, would be in the middle of a long file of tests.
    """
    number, now = secrets.token_urlsafe(32), clock.now()
    held = sealing.seal(
        {"refresh_token": "none", "name": name, "zone": TIME_ZONE}, staff_sessions.KEPT
    )
    browser = Office(school, person)
    with context.entered(school=school):
        session = StaffSession(
            staff_sessions._digest(number),
            PersonId(person),
            frozenset(groups),
            now,
            now + HOUR,
            held,
        )
        sessions.add(session, now + staff_sessions.LONGEST)
        browser.cookies[COOKIE] = sealing.seal([school, person, number], staff_sessions.COOKIE)
    return browser
