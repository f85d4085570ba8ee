"""Tools of npm that judge us: installed below ``build/`` in exactly the versions of a lock file."""

import hashlib
import shutil
import subprocess
from fcntl import LOCK_EX, flock
from pathlib import Path

ROOT = Path(__file__).parents[1]


class Missing(Exception):
    """There is no node here."""


def installed(here: Path, name: str) -> Path:
    """Return where the files of ``here`` are with their packages; quick when they are there."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise Missing("node and npm are not installed")
    files = sorted(path for path in here.iterdir() if path.suffix in {".json", ".mjs"})
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    build = ROOT / "build" / name
    build.mkdir(parents=True, exist_ok=True)
    mark = build / "installed"
    with (build / "lock").open("w") as lock:
        flock(lock, LOCK_EX)  # tests run in several processes
        if mark.exists() and mark.read_text() == digest:
            return build
        for path in files:
            shutil.copy(path, build)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        subprocess.run(command, cwd=build, check=True)
        mark.write_text(digest)
    return build
