"""How long the image's api takes to its first answer, cold: `make bench NAME=start`.

Beside it a bare Django with one view, under the same gunicorn from the same image, is started just
so. Both are what `deploy/image/build.sh` makes, where nothing may be written, so whatever is not
compiled is compiled at each start. It fails when ours takes more than five times as long, or three
seconds of a processor: seconds of the clock, which it says too, also count what else runs here.
"""

import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable
from pathlib import Path

from bench.harness import interleaved, verdict

ROOT = Path(__file__).parent.parent
ROUNDS, CALLS, TARGET, LONGEST = 5, 3, 5.0, 3.0
LISTENING = re.compile(r"Listening at: http://127\.0\.0\.1:(\d+)")
HELLO = """
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, SECRET_KEY="hello", ALLOWED_HOSTS=["*"])
urlpatterns = [path("healthz", lambda request: HttpResponse("hello"))]
application = get_wsgi_application()
"""


def starting(argv: list[str | Path], prefix: Path, folder: Path) -> Callable[[], None]:
    """Start a server, ask it once, end it."""
    environment = {
        "PATH": os.environ["PATH"],
        "LUCA_BIN": str(prefix / "venv/bin"),
        "LUCA_BIND": "127.0.0.1:0",
        "LUCA_SECRET_KEY": "bench",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(folder),
    }

    def once() -> None:
        process = subprocess.Popen(  # noqa: S603 -- our own image
            argv, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr is not None
        try:
            port = next(found[1] for line in process.stderr if (found := LISTENING.search(line)))
            url = f"http://127.0.0.1:{port}/healthz"
            with urllib.request.urlopen(url, timeout=60) as answer:
                assert answer.status == 200  # noqa: PLR2004 -- OK
        finally:
            process.terminate()  # it counts what its worker took
            process.communicate()

    return once


def spent() -> float:
    """The seconds of a processor that processes of ours took which have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    with tempfile.TemporaryDirectory() as place:
        prefix, folder = Path(place, "luca"), Path(place, "hello")
        folder.mkdir()
        (folder / "hello.py").write_text(HELLO)
        path = f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"
        build = [ROOT / "deploy/image/build.sh", prefix]
        subprocess.run(build, env={**os.environ, "PATH": path}, check=True)  # noqa: S603 -- our own script
        gunicorn: list[str | Path] = [
            prefix / "venv/bin/gunicorn",
            "hello",
            "-b",
            "127.0.0.1:0",
            "--threads",
            "16",
        ]
        ours = starting([prefix / "app/deploy/image/run.sh", "api"], prefix, folder)
        theirs = starting(gunicorn, prefix, folder)
        ours(), theirs()  # the disk's cache is filled for both
        began = spent()
        ours()
        processor = spent() - began
        rounds = interleaved(ours, theirs, rounds=ROUNDS, calls=CALLS)
    for name, took in (("image", rounds.ours), ("bare Django", rounds.theirs)):
        print(f"{name}: {statistics.median(took):.2f} s ({min(took):.2f}..{max(took):.2f})")
    print(f"image: {processor:.2f} s of a processor, of {LONGEST:.0f}")
    return 0 if verdict("start", rounds, target=TARGET) and processor < LONGEST else 1


if __name__ == "__main__":
    sys.exit(main())
