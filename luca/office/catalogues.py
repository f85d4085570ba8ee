"""Compiles translations: `python -m luca.office.catalogues`, in the set-up, the image and tests.

Django reads `.mo` files, which are made from the `.po` files that people write. They are made
where Luca is installed and are not in the repository; nothing but Python is needed for it.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).parents[2]
OWNERS = ("luca", "tenants", "grades", "behavior", "govsync", "lake")


def sources() -> Iterator[Path]:
    for owner in OWNERS:
        yield from sorted((ROOT / owner).glob("**/locale/*/LC_MESSAGES/django.po"))


def compile_all() -> list[Path]:
    """Make the files that are missing or older than what they are made from."""
    return [made for source in sources() if (made := _compiled(source))]


def _compiled(source: Path) -> Path | None:
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return None
    aside = target.with_name(f".{os.getpid()}.mo")  # another process may be at it
    polib.pofile(str(source)).save_as_mofile(str(aside))
    aside.replace(target)
    return target


if __name__ == "__main__":
    compile_all()
