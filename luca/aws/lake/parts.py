"""What both places of the lake's files have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

from luca.kernel.errors import PreconditionFailed

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fetched:
    data: bytes
    etag: str


class Place(Protocol):
    """Where files are."""

    @property
    def school(self) -> str: ...

    def files(self, within: str) -> dict[str, int]: ...

    def folders(self, within: str) -> list[str]: ...

    def fetch(self, name: str) -> Fetched | None: ...

    def download(self, name: str, path: Path) -> bool: ...

    def opened(self, name: str) -> BinaryIO: ...

    def write(self, name: str, data: bytes, *, if_match: str | None, if_absent: bool) -> str: ...

    def delete(self, name: str) -> None: ...


def changed_meanwhile() -> PreconditionFailed:
    return PreconditionFailed(
        "The file of the lake is no longer what it was when it was read.", code="lake_file_changed"
    )
