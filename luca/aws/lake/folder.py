"""The lake in a folder of this machine. No credentials guard it: the school is compared here."""

from __future__ import annotations

import fcntl
import hashlib
import secrets
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from luca.aws.lake.parts import Fetched, changed_meanwhile
from luca.kernel import context
from luca.kernel.errors import Forbidden

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCK = ".lock"  # beside the files, where conditions are judged one at a time


@dataclass(frozen=True, slots=True)
class Folder:
    """``school``: whose files these are; empty for what names no school."""

    school: str

    def files(self, within: str) -> dict[str, int]:
        place = self._own(within)
        names = (name for name in _listed(place)[1] if not name.startswith("."))
        return {within + name: (place / name).stat().st_size for name in names}

    def folders(self, within: str) -> list[str]:
        """Of years and months: nothing in them names a school yet."""
        return [f"{within}{name}/" for name in _listed(_path(within))[0]]

    def fetch(self, name: str) -> Fetched | None:
        try:
            data = self._own(name).read_bytes()
        except FileNotFoundError:
            return None
        return Fetched(data, _etag(data))

    def download(self, name: str, path: Path) -> bool:
        try:
            shutil.copyfile(self._own(name), path)
        except FileNotFoundError:
            return False
        return True

    def opened(self, name: str) -> BinaryIO:
        return self._own(name).open("rb")

    def write(self, name: str, data: bytes, *, if_match: str | None, if_absent: bool) -> str:
        path = self._own(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path.parent):
            there = self.fetch(name)
            if if_absent and there is not None:
                raise changed_meanwhile()
            if if_match is not None and (there is None or there.etag != if_match):
                raise changed_meanwhile()
            # Whoever lists the folder meanwhile sees the whole file or none.
            beside = path.with_name(f".{secrets.token_hex(8)}")
            beside.write_bytes(data)
            beside.replace(path)
        return _etag(data)

    def delete(self, name: str) -> None:
        self._own(name).unlink(missing_ok=True)

    def _own(self, name: str) -> Path:
        steps = name.split("/")
        named = [step for step in steps if step.startswith("school_id=")]
        mine = f"school_id={self.school}"
        if ".." in steps or (named != [mine] if self.school else bool(named)):
            raise Forbidden("This file of the lake is not the school's.", code="foreign_file")
        return _path(name)


def of_the_context() -> Folder:
    return Folder(context.school())


def _path(name: str) -> Path:
    return Path(FileSystemStorage(settings.LAKE_FOLDER).path(name))


def _listed(place: Path) -> tuple[list[str], list[str]]:
    """Names of folders and of files."""
    try:
        found = sorted(place.iterdir())
    except FileNotFoundError:
        return [], []
    return [one.name for one in found if one.is_dir()], [one.name for one in found if one.is_file()]


def _etag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    with (place / LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
