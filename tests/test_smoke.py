"""deploy/pipeline/smoke.sh against a Luca that runs here, and against what is none."""

import os
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from luca.localaws.programs import TABLE
from luca.localaws.stack import Stack

ROOT = Path(__file__).parents[1]
SMOKE = ROOT / "deploy/pipeline/smoke.sh"
COMMIT = "c0ffee" * 6 + "cafe"


def smoke(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SMOKE, *words],
        env={"PATH": os.environ["PATH"], "LUCA_SMOKE_RETRIES": "0"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.fixture(scope="module")
def luca(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    programs = [one for one in TABLE if one.name in {"aws", "api"}]
    home = tmp_path_factory.mktemp("smoke")
    stack = Stack(home, ports=0, settings={"LUCA_VERSION": COMMIT}, programs=programs)
    stack.up()
    try:
        yield stack.url("api")
    finally:
        stack.down()


@pytest.mark.slow
def test_a_luca_that_runs_passes(luca: str) -> None:
    done = smoke(f"{luca}/", COMMIT)

    assert done.returncode == 0, done.stdout
    assert "FAILED" not in done.stdout
    assert done.stdout.count("ok ") == 11


@pytest.mark.slow
def test_the_version_of_before_does_not_pass(luca: str) -> None:
    done = smoke(luca, "d" * 40)

    assert done.returncode == 1
    assert done.stdout.count("FAILED") == 1
    assert f"FAILED  it is version {'d' * 40}" in done.stdout


class Friendly(BaseHTTPRequestHandler):
    """Says 200 to everything, as a page behind a wrong address does."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_POST = do_GET  # noqa: N815 -- its name

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its name
        del format, args


def test_what_says_yes_to_everything_is_no_luca() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Friendly) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        done = smoke(f"http://127.0.0.1:{server.server_port}", COMMIT)
        server.shutdown()

    assert done.returncode == 1
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    assert len(failed) == 8  # all but the three that only ask for a 200


@pytest.mark.parametrize(
    ("address", "code", "said"),
    [("http://127.0.0.1:9", 69, "nothing answers at"), ("prod", 64, "'prod' is no address")],
)
def test_where_nobody_answers_one_line_says_so(address: str, code: int, said: str) -> None:
    done = smoke(address)

    assert done.returncode == code
    assert said in done.stderr
    assert "ok " not in done.stdout
