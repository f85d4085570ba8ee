"""Checks an archive of evidence from a file, without AWS and without the school's data."""

import hashlib
import hmac
import zipfile
import zlib
from pathlib import Path

from govsync.rules import evidence as rules
from govsync.rules.evidence import Checked, archive, changed
from luca.kernel.errors import Invalid

PART = 1 << 20


class _Zip:
    """The files of a ZIP as the rules read them."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self.names = packed.namelist()

    def read(self, name: str) -> bytes:
        return self._packed.read(name)


def verify(path: Path, root: str = "") -> Checked:
    """Say what is wrong with an archive; nothing, if it is as it was made.

    The root hash, which the school's audit log keeps, proves that it is this archive and not
    another one that holds together as well.
    """
    if not path.is_file():
        raise Invalid(f"There is no file {path}.", code="file_not_found")
    seal = [] if _is_sealed(path) else [changed(path.name, "the file is not as it was made")]
    try:
        with zipfile.ZipFile(path) as packed:
            found = rules.check(_Zip(packed), root)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError):
        broken = changed(path.name, "is no whole archive: cut off or damaged")
        return Checked("", (*seal, broken), (), {})
    return Checked(found.root, (*seal, *found.findings), found.notes, found.manifest)


def _is_sealed(path: Path) -> bool:
    """Whether the file ends with the hash of all that is before."""
    left = path.stat().st_size - archive.DIGITS
    whole, last = hashlib.sha256(), b""
    with path.open("rb") as file:
        while left > 0 and (part := file.read(min(left, PART))):
            left -= len(part)
            whole.update(part)
            last = (last + part)[-len(archive.SEAL) :]
        digits = file.read()
    told = hmac.compare_digest(digits, whole.hexdigest().encode())
    return told and last == archive.SEAL
