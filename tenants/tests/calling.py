"""The API as one person of a school calls it; the fixture `ask` makes it believe our key."""

from dataclasses import dataclass, field
from typing import Any

from luca.api.tests.asking import Ask


@dataclass(frozen=True, slots=True)
class Caller:
    """Names of headers are spelled with underscores."""

    school: str
    person: str
    group: str
    _ask: Ask = field(default_factory=Ask)

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        spelled = {name.replace("_", "-"): value for name, value in headers.items()}
        who = f"{self.person}/{self.group}"
        return self._ask(method, path, body, who=who, school=self.school, headers=spelled)

    def send_csv(self, path: str, content: bytes, **headers: str) -> Any:
        return self.send("POST", path, content, Content_Type="text/csv", **headers)
