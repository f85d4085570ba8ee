"""Start the simulator: `python -m govsync.simulator --port 8090 --store var/authority`."""

import argparse
import json
import os
import signal
import sys
import threading
from dataclasses import fields
from pathlib import Path

from govsync.simulator import script
from govsync.simulator.authority import Authority
from govsync.simulator.chaos import Chaos, Switches, parsed
from govsync.simulator.checks import Demands, demands
from govsync.simulator.http import LABEL, Server
from govsync.simulator.script import Refused
from govsync.simulator.store import Store

environ = os.environ  # noqa: TID251 -- a program of its own: Luca's settings are not its settings


def arguments() -> argparse.Namespace:
    home = environ.get("LUCA_HOME", "var/local")
    port = int(environ.get("LUCA_BIND", ":8090").rpartition(":")[2])
    parser = argparse.ArgumentParser(prog="govsync.simulator", description=LABEL)
    parser.add_argument("--port", type=int, default=port, help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument(
        "--store",
        type=Path,
        default=Path(home) / "authority",
        help="its SQLite file, or the directory to keep it in",
    )
    parser.add_argument("--seed", type=int, default=1, help="of the dice behind all shares")
    parser.add_argument(
        "--token",
        default=environ.get("LUCA_AUTHORITY_TOKEN", "simulator"),
        help="what callers must send as Bearer",
    )
    parser.add_argument("--script", type=Path, help="a JSON file: what happens to which call")
    parser.add_argument("--subjects", help="a catalogue of codes, with commas between; else any")
    parser.add_argument("--curp", action="store_true", help="refuse records without a CURP")
    for switch in fields(Chaos):
        option = "--" + switch.name.replace("_", "-")
        parser.add_argument(option, type=float, default=switch.default, help="chaos; see /chaos")
    return parser.parse_args()


def main() -> int:
    """Serve until SIGTERM."""
    given = arguments()
    try:
        switches, asked = _switches(given), _demands(given)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    file = given.store if given.store.suffix else given.store / "authority.sqlite3"
    store = Store(file)
    try:
        server = Server(given.port, Authority(store, switches, asked), given.token)
    except OSError as error:
        sys.stderr.write(f"Port {given.port} cannot be used: {error}\n")
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    sys.stdout.write(f"{LABEL} on http://127.0.0.1:{server.server_port}, store {file}\n")
    sys.stdout.flush()
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    store.close()
    return 0


def _switches(given: argparse.Namespace) -> Switches:
    chaos = parsed({field.name: getattr(given, field.name) for field in fields(Chaos)}, Chaos())
    if given.script is None:
        return Switches(chaos, given.seed)
    try:
        raw = json.loads(given.script.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Refused(f"{given.script} is not JSON: {error}") from error
    return Switches(chaos, given.seed, script.parsed(raw))


def _demands(given: argparse.Namespace) -> Demands:
    subjects = None if given.subjects is None else given.subjects.split(",")
    return demands({"subjects": subjects, "curp": given.curp})


if __name__ == "__main__":
    sys.exit(main())
