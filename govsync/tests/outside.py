"""The authority's simulator as a process of its own, for tests."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3

ROOT = Path(__file__).parents[2]
TOKEN = "outside"


@dataclass
class Outside:
    """A running simulator, and the questions that tests ask it."""

    url: str
    process: "subprocess.Popen[str]"
    http: urllib3.PoolManager

    def ask(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        answer = self.http.request(method, self.url + path, retries=False, **more)
        return answer.status, json.loads(answer.data)

    def post(self, key: str, body: Any, token: str = TOKEN, **more: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        return self.ask("POST", "/api/grades", body=json.dumps(body), headers=headers, **more)

    def read(self, path: str) -> Any:
        return self.ask("GET", path, headers={"Authorization": f"Bearer {TOKEN}"})[1]

    def chaos(self, **switches: Any) -> None:
        """Set all switches and the script afresh; nothing given makes it well."""
        status, said = self.ask("PUT", "/chaos", body=json.dumps(switches))
        assert status == 200, said

    def demand(self, **demands: Any) -> None:
        """Set what it asks of a record beyond the form."""
        status, said = self.ask("PUT", "/demands", body=json.dumps(demands))
        assert status == 200, said

    def report(self, **of: Any) -> Any:
        """Its figures, `since` a moment and of one `school_id`, or of everything."""
        return self.read(f"/report?{urlencode(of)}")


@contextmanager
def simulator(store: Path, *options: str) -> Iterator[Outside]:
    """Run it on a free port until the block ends."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "govsync.simulator",
            "--port",
            "0",
            "--store",
            str(store),
            "--token",
            TOKEN,
            *options,
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout, urllib3.PoolManager() as http:
        try:
            line = process.stdout.readline()
            assert "SIMULATOR" in line, line
            yield Outside(line.split()[5].rstrip(","), process, http)
        finally:
            process.terminate()
            process.wait(60)
