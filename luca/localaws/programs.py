"""The table of processes that make up Luca on one machine, in the order in which they start."""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from luca.localaws.guard import HEALTH_PATH
from luca.localaws.probes import answers, listens

ROOT = Path(__file__).parents[2]
RUN = "deploy/image/run.sh"  # the image's entry point: the same commands as in production
PYTHON = sys.executable
# Settings of the person's own shell that the processes get; everything else is made here.
PASSED_ON = (
    "GOVSYNC_ENGINE",
    "GOVSYNC_TIME_SCALE",
    "HOME",
    "LANG",
    "LUCA_ADDRESS_RATE",
    "LUCA_ANALYTICS_SECONDS",
    "LUCA_AUTHORITY_INTERVAL",
    "LUCA_SYNC_CHECK_DAYS",
    "LUCA_DEBUG",
    "LUCA_LAKE_DATABASE",
    "LUCA_LAKE_ENGINE",
    "LUCA_LAKE_FLUSH_RECORDS",
    "LUCA_LAKE_FLUSH_SECONDS",
    "LUCA_LAKE_FOLDER",
    "LUCA_LAKE_WORKGROUP",
    "LUCA_LOG_FORMAT",
    "LUCA_LOG_LEVEL",
    "LUCA_METRIC_NAMESPACE",
    "LUCA_METRIC_SCHOOLS",
    "LUCA_NIGHT_TICK",
    "LUCA_OVERHEARD",
    "LUCA_PERSON_RATE",
    "LUCA_PROGRAM_RATE",
    "LUCA_PROXIES",
    "LUCA_SCHOOL_RATE",
    "LUCA_SHOW_CALLS",
    "LUCA_THREADS",
    "LUCA_TRACES",
    "LUCA_TRACE_SHARE",
    "LUCA_VERSION",
    "LUCA_WORKERS",
    "PATH",
)

Ports = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    role: str
    argv: tuple[str, ...]
    port: str = ""  # a name of PORTS, where it listens
    path: str = ""  # answers 200 when it is well; without one an open port is enough
    ready: str = ""  # a pattern in its log, for those that listen nowhere
    grace: float = 40  # seconds between asking it to stop and ending it


@dataclass(frozen=True, slots=True)
class Port:
    variable: str
    default: int


PORTS = {
    "aws": Port("LUCA_AWS_PORT", 4566),
    "authority": Port("LUCA_AUTHORITY_PORT", 8090),
    "api": Port("LUCA_API_PORT", 8000),
}
AWS = Program("aws", "", (), port="aws", path=HEALTH_PATH, grace=300)  # it writes all its state
# It writes into files what all the others have changed, and so it ends after them.
LAKE = Program("lake", "lake", (RUN, "lake"), ready="lake_writer_ready", grace=90)
TABLE = (
    AWS,
    Program("authority", "", (PYTHON, "-m", "govsync.simulator"), port="authority"),
    Program("worker", "worker", (RUN, "worker"), ready=r"celery@\S+ ready"),
    Program("consumer", "consumer", (RUN, "consumer"), ready=r"celery@\S+ ready"),
    LAKE,
    Program("beat", "worker", (RUN, "beat"), ready=r"beat: Starting"),
    Program("api", "api", (RUN, "api"), port="api", path="/healthz"),
)


def well(program: Program, ports: Ports, log: Callable[[], str]) -> bool:
    """Whether a living process does what it is there for."""
    if program.path:
        return answers(f"http://127.0.0.1:{ports[program.port]}{program.path}")
    if program.port:
        return listens(ports[program.port])
    return re.search(program.ready, log()) is not None
