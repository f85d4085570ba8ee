"""A stack of the browser's own: the processes of `make up` on free ports, in its own home.

`python -m tests.browser.stack up` starts and furnishes one in `build/browser` (or
`LUCA_HOME`) for somebody who wants to look at pages; `again` starts the API and the worker
anew with the code as it is now, `down` ends it, `reset` forgets its data too.
"""

import os
import subprocess
import sys
from pathlib import Path

from luca.localaws.programs import TABLE
from luca.localaws.stack import Stack
from luca.office import catalogues

ROOT = Path(__file__).parents[2]
HOME = ROOT / "build" / "browser"
MARK = "furnished"
SCHOOL, ELSEWHERE = "benito-juarez", "sor-juana"
PASSWORD = "Demo-Luca-2026!"  # of everybody who is made up
SETTINGS = {
    "GOVSYNC_TIME_SCALE": "0.02",
    "LUCA_ADDRESS_RATE": "1000",  # the browser fetches a page's files at once
    "LUCA_THREADS": "4",
}
PATIENCE = 600


def at(home: Path) -> Stack:
    """A stack without beat: nights come when a test asks for them."""
    programs = [one for one in TABLE if one.name != "beat"]
    return Stack(home, ports=0, settings=SETTINGS, programs=programs)


def start(home: Path) -> Stack:
    """Start it, and furnish it once."""
    stack = at(home)
    catalogues.compile_all()
    stack.up()
    if not (home / MARK).exists():
        try:
            manage(stack, "-m", "tests.browser.furnish")
        except BaseException:
            stack.down()
            raise
        (home / MARK).touch()
    return stack


def manage(stack: Stack, *arguments: str, say: str = "") -> str:
    """Run a Python program as the platform's operator; return what it printed."""
    settings = {"DJANGO_SETTINGS_MODULE": "luca.settings", "LUCA_HOME": str(stack.home.path)}
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**kept, **stack.environment("platform"), **settings},
        input=say,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{arguments} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return done.stdout


def main(act: str) -> None:
    home = Path(os.environ.get("LUCA_HOME") or HOME)
    stack = at(home)
    if act == "up":
        stack = start(home)
        sys.stdout.write(f"{stack.url('api')}/admin/ : direccion@{SCHOOL}.example {PASSWORD}\n")
    elif act == "again":
        catalogues.compile_all()
        for name in ("api", "worker"):
            stack.restart(name)
    elif act == "reset":
        stack.reset()
    else:
        stack.down()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "up")
