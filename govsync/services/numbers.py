"""How the batches of a run are numbered."""

from collections.abc import Iterable

BLOCKED = "B"  # begins the numbers of batches that are never sent


class Numbers:
    """The next numbers of a run's batches; a draft is always at the next one."""

    def __init__(self, known: Iterable[str]) -> None:
        roots = [number for number in known if "." not in number]
        self._blocked = sum(number.startswith(BLOCKED) for number in roots)
        self._sent = len(roots) - self._blocked

    def sent(self) -> str:
        self._sent += 1
        return f"{self._sent:05d}"

    def blocked(self) -> str:
        self._blocked += 1
        return f"{BLOCKED}{self._blocked:04d}"

    def upcoming(self) -> tuple[str, str]:
        return f"{self._sent + 1:05d}", f"{BLOCKED}{self._blocked + 1:04d}"

    def all_blocked(self) -> list[str]:
        return [f"{BLOCKED}{number + 1:04d}" for number in range(self._blocked)]
