"""Archives that swell when they are unpacked: whoever checks one keeps their memory."""

import tracemalloc
import zipfile
from pathlib import Path

import pytest

from govsync import services

MANY = 64 << 20  # bytes, all zero: 64 KB when packed


def bomb(path: Path, *, announced: int = MANY) -> Path:
    """An archive whose one file swells a thousandfold; it may announce less than it holds."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        entry = zipfile.ZipInfo("files/x.json")
        entry.compress_type = zipfile.ZIP_DEFLATED
        with made.open(entry, "w", force_zip64=False) as file:
            for _ in range(MANY >> 20):
                file.write(bytes(1 << 20))
    told, real = (number.to_bytes(4, "little") for number in (announced, MANY))
    path.write_bytes(path.read_bytes().replace(real, told))
    return path


@pytest.mark.parametrize("announced", [MANY, 10])
def test_a_small_file_that_swells_is_refused_without_being_unpacked(
    tmp_path: Path, announced: int
) -> None:
    path = bomb(tmp_path / "bomb.zip", announced=announced)
    assert path.stat().st_size < MANY >> 8

    tracemalloc.start()
    try:
        found = services.verify(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < MANY >> 2
    assert "files/x.json" in {one.file for one in found.findings}


def test_an_archive_in_a_packing_that_nobody_can_bound_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as made:
        made.writestr("files/x.json", b"{}")

    assert "packed in a way" in " ".join(map(str, services.verify(path).findings))
