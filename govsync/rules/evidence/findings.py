"""What a check has to say about a file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or (`harmless`) only worth saying."""

    file: str
    what: str
    harmless: bool = False

    def __str__(self) -> str:
        return f"{self.file}: {self.what}"


def changed(file: str, what: str) -> Finding:
    return Finding(file, what)


def note(file: str, what: str) -> Finding:
    return Finding(file, what, harmless=True)
