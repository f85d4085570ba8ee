"""Checks an archive of evidence from a file, without AWS and without the school's data."""

import hashlib
import hmac
import zipfile
import zlib
from pathlib import Path

from govsync.rules import evidence as rules
from govsync.rules.evidence import Checked, Finding, archive, changed
from luca.kernel.errors import Invalid

PART = 1 << 20
# More than the archive of any school's run holds, and little enough for the machine that checks it.
LARGEST, WHOLE, MOST = 32 << 20, 8 << 30, 1_000_000
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class _Zip:
    """The files of a ZIP as the rules read them."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self.names = packed.namelist()

    def read(self, name: str) -> bytes:
        """Unpack a part at a time: however far a few bytes swell, no more than was announced."""
        content = bytearray()
        with self._packed.open(name) as file:
            while part := file.read(PART):
                content += part
        return bytes(content)


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
            swollen = _swollen(packed)
            if swollen is not None:
                return Checked("", (*seal, swollen), (), {})
            found = rules.check(_Zip(packed), root)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError):
        broken = changed(path.name, "is no whole archive: cut off or damaged")
        return Checked("", (*seal, broken), (), {})
    return Checked(found.root, (*seal, *found.findings), found.notes, found.manifest)


def _swollen(packed: zipfile.ZipFile) -> Finding | None:
    """What is too large to be unpacked here; nothing of such an archive is read."""
    entries = packed.infolist()
    for one in entries:
        if one.file_size > LARGEST:
            return changed(one.filename, f"is {one.file_size} bytes, and may be {LARGEST}")
        if one.compress_type not in METHODS:
            return changed(one.filename, "is packed in a way that Luca does not use")
    whole = sum(one.file_size for one in entries)
    if whole > WHOLE or len(entries) > MOST:
        return changed("", f"{len(entries)} files of {whole} bytes: more than any run leaves")
    return None


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
