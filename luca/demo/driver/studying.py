"""Students send events over HTTP, some of them twice, and people read profiles."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from luca.demo.driver.client import Answer, Api, User
    from luca.demo.driver.console import Console
    from luca.demo.driver.scenario import Bundle

BEHAVIOR, PROFILE = "POST /behavior (up to 50)", "GET /profile"
AT_ONCE = 4  # more would only queue, with everything on two processors


@dataclass(frozen=True, slots=True)
class Sent:
    """Distinct events, the sum of their quantities, and deliveries beyond the first."""

    events: int
    quantity: int
    duplicated: int


class Studying:
    def __init__(self, api: Api, users: Callable[[str], User], console: Console) -> None:
        self.api = api
        self.users = users
        self.console = console

    def send(self, bundles: list[Bundle]) -> Sent:
        """Send all bundles, and those marked so a second time."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            work = pool.map(self._bundle, bundles)
            for _ in self.console.bar(work, len(bundles), "calls"):
                pass
        distinct = {event["event_id"]: event["quantity"] for one in bundles for event in one.events}
        again = sum(len(one.events) for one in bundles if one.again)
        return Sent(len(distinct), sum(distinct.values()), again)

    def read(self, readers: list[tuple[str, str]], period: str = "") -> list[Answer]:
        """Let everybody look at the profiles that they may see."""
        path = f"?period={period}" if period else ""

        def look(who: tuple[str, str]) -> Answer:
            email, student = who
            answer = self.users(email).call("GET", f"/profile/{student}{path}", label=PROFILE)
            return self.api.expect(answer, 200, what="a profile")

        with ThreadPoolExecutor(AT_ONCE) as pool:
            work = pool.map(look, readers)
            return list(self.console.bar(work, len(readers), "profiles"))

    def _bundle(self, bundle: Bundle) -> None:
        student = self.users(bundle.student)
        for _ in range(2 if bundle.again else 1):
            answer = student.call(
                "POST", "/behavior", {"events": list(bundle.events)}, label=BEHAVIOR
            )
            self.api.expect(answer, 202, what="events")
