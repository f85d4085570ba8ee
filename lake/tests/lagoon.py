"""One embedded AWS behind a proxy, the writer's process, and who counts what came into files."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from behavior.tests.faults.proxy import Proxy
from lake import services
from lake.definition import datasets
from lake.repository import parquet, partitions
from lake.tests.making import counted
from luca.aws import lake, store
from luca.aws.table import TenantItem, tenant_key
from luca.kernel import clock, context
from luca.kernel.ids import uuid7
from luca.localaws import embedded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
HURRY = {"LUCA_LAKE_FLUSH_SECONDS": "0.3", "LUCA_LAKE_FLUSH_RECORDS": "400"}
PATIENCE = 400  # seconds; only guards against hanging
Row = dict[str, Any]


class Lagoon:
    """A table, its stream and a lake of a test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.aws = embedded.start(folder / "home", time_scale="0.01")
        self.port = int(self.aws.endpoint.rpartition(":")[2])
        self.proxy = Proxy(self.port)
        self.runs = 0

    def close(self) -> None:
        self.proxy.close()
        self.aws.kill()  # nobody will read its state

    def restart(self, *, forgetful: bool = False) -> None:
        """Stop and start the embedded AWS; a forgetful one has lost its stream."""
        self.aws.stop()
        if forgetful:
            (self.folder / "home" / "emulator" / "stream.json").unlink()
        self.aws = embedded.start(self.folder / "home", self.port, time_scale="0.01")

    def environment(self, role: str) -> dict[str, str]:
        """All settings of a process whose calls go through the proxy."""
        found = self.aws.environment(role).items()
        return {name: text.replace(self.aws.endpoint, self.proxy.endpoint) for name, text in found}

    def spawn(self, *argv: str, **settings: str) -> Writer:
        """Start the writer as the image does, or another program of its role."""
        self.runs += 1
        log = self.folder / f"lake-{self.runs}.log"
        environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environ |= self.environment("lake") | {"LUCA_SERVICE": "lake"} | HURRY | settings
        environ["DJANGO_SETTINGS_MODULE"] = "luca.settings"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, *(argv or ("manage.py", "lake", "run"))],
                cwd=ROOT,
                env=environ,
                stdin=subprocess.PIPE if argv else subprocess.DEVNULL,
                stdout=subprocess.PIPE if argv else output,
                stderr=output,
                text=True,
            )
        return Writer(process, log)

    @contextmanager
    def writer(self, **settings: str) -> Iterator[Writer]:
        """Run it, and let it drain at the end."""
        made = self.spawn(**settings)
        try:
            made.ready()
            yield made
            made.process.terminate()
            assert made.process.wait(PATIENCE) == 0, made.log.read_text()
        finally:
            made.process.kill()
            made.process.wait()

    @contextmanager
    def zygote(self) -> Iterator[Callable[[], int]]:
        """What starts a writer in no time and returns its process id."""
        made = self.spawn("-m", "lake.tests.zygote").process
        assert made.stdin is not None
        assert made.stdout is not None
        asks, answers = made.stdin, made.stdout

        def start() -> int:
            asks.write("\n")
            asks.flush()
            return int(next(line for line in answers if line.strip().isdecimal()))

        with made:
            try:
                assert answers.readline().strip() == "ready"
                yield start
            finally:
                made.kill()


class Writer:
    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process, self.log = process, log

    def says(self, words: str) -> bool:
        return words in self.log.read_text()

    def ready(self) -> None:
        self.until(lambda: self.says("lake_writer_ready"))

    def until(self, true: Callable[[], bool]) -> None:
        until(lambda: true() or self.process.poll() is not None)
        assert self.process.poll() is None, self.log.read_text()


class Town:
    """Some schools that no other test knows, and all that was ever put into their table."""

    def __init__(self, schools: int = 2) -> None:
        self.schools = [f"school-{secrets.token_hex(6)}" for _ in range(schools)]
        self.put: Counter[tuple[str, str, str]] = Counter()
        self._count = 0

    def tell(self, events: int, results: int = 0) -> None:
        """Put events of two months and results, which are put again and again, into each school."""
        for school in self.schools:
            with context.entered(school=school):
                self._write(school, [self._event() for _ in range(events)])
                self._write(school, [self._result(n % 5) for n in range(results)][-5:])

    def _write(self, school: str, items: list[dict[str, Any]]) -> None:
        store.batch_put_raw(TenantItem, items)
        self.put.update(
            (school, one["SK"]["S"], one.get("version", one.get("digest", {})).popitem()[1])
            for one in [dict(item) for item in items]
        )

    def _event(self) -> dict[str, Any]:
        self._count += 1
        at = clock.now() - timedelta(days=40 * (self._count % 2))
        return {
            "PK": {"S": tenant_key("STUDENT", f"s{self._count % 7}")},
            "SK": {"S": f"EVENT#{clock.stamp(at)}#{uuid7(at)}"},
            "kind": {"S": "event"},
            "type": {"S": "login"},
            "quantity": {"N": str(self._count)},
            "metadata": {"S": '{"é": "ñ"}'},
            "digest": {"S": f"d{self._count}"},
        }

    def _result(self, which: int) -> dict[str, Any]:
        self._count += 1
        return {
            "PK": {"S": tenant_key("STUDENT", "s1")},
            "SK": {"S": f"EVAL#maths#2026-1#exam{which}"},
            "kind": {"S": "evaluation"},
            "score": {"N": "7.10"},
            "version": {"N": str(self._count)},
        }

    def rows(self) -> list[Row]:
        """Every row of every file, as often as it is there."""
        found = [row for school in self.schools for row in rows_of(school)]
        return [row for row in found if row["kind"] in {"event", "evaluation"}]

    def kept(self) -> Counter[tuple[str, str, str]]:
        """What is in files, each change once however often it was written."""
        told = {
            (row["school"], row["sk"], row["item_version"], row["sequence"]) for row in self.rows()
        }
        return Counter((school, sk, version) for school, sk, version, _ in told)

    def compact(self) -> None:
        for school in self.schools:
            with context.entered(school=school):
                report = services.compact()
                assert report.is_whole, report.failed

    def is_kept_once(self) -> bool:
        """Whether what counts after a compaction is everything that was ever put, once."""
        self.compact()
        found: Counter[tuple[str, str, str]] = Counter()
        for school in self.schools:
            with context.entered(school=school):
                folders = [one for name in datasets() for one in lake.folders(name)]
                rows = (row for folder in folders for row in counted(folder))
                found.update((school, str(r["sk"]), str(r["item_version"])) for r in rows)
        return found == self.put

    def latest(self) -> set[tuple[str, str, str]]:
        """What each item was last made."""
        last = {(school, sk): version for school, sk, version in self.put}
        return {(*place, version) for place, version in last.items()}

    def is_kept(self) -> bool:
        return self.kept() == self.put


def rows_of(school: str) -> list[Row]:
    found: list[Row] = []
    with context.entered(school=school):
        for name, dataset in datasets().items():
            for folder in lake.folders(name):
                assert folder.endswith(f"school_id={school}/")
                for file in partitions.live(folder):
                    data = lake.read(file) or b""
                    found += [{**row, "school": school} for row in parquet.decode(dataset, data)]
    assert all(row["pk"].startswith(f"TENANT#{school}#") for row in found)
    return found


def until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)
