"""The emulator's process: ``python -m luca.localaws.server``. One socket, on the loopback only.

The socket comes from the parent, already bound, so a busy port is the parent's clear message and
no other program can take the port in between.
"""

import argparse
import asyncio
import json
import logging
import os
import signal
import socket
import sys
import time
from pathlib import Path

from luca.localaws import ages, cognito, posted
from luca.localaws.cognito.outbox import Outbox
from luca.localaws.deployment import ACCOUNT, REGION, Deployment
from luca.localaws.guard import App, Bootstrap, Guard
from luca.localaws.home import Home
from luca.localaws.policy import PolicyError
from luca.localaws.sessions import Mint

SAVE_SECONDS = 600  # a whole school year takes a while to write
STREAM_SECONDS = 60  # AWS keeps a day; here each record costs memory beside the item itself


def main() -> int:
    options = _options()
    home = Home(options.home)
    port = socket.socket(fileno=os.dup(options.socket)).getsockname()[1]
    os.environ.update(emulator_settings(home, port))
    from ministack.app import app  # noqa: PLC0415 -- it reads its settings while it is imported
    from ministack.services import dynamodb  # noqa: PLC0415

    dynamodb._STREAM_RETENTION_SECONDS = STREAM_SECONDS  # noqa: SLF001 -- the emulator has no setting
    cognito.install(Outbox(home.outbox))
    ages.install()
    posted.install(home.alerts)
    try:
        guard = guarded(app, home, Deployment(options.deploy))
    except (PolicyError, OSError) as error:
        print(f"deploy/policies cannot be used: {error}", file=sys.stderr)  # noqa: T201 -- its log
        return 1
    _mark(home)
    stopped_at = asyncio.run(_serve(guard, options.socket, options.lifeline))
    if _saved_since(home, stopped_at):
        home.running_mark.unlink()
        return 0
    print("The embedded AWS could not write its state.", file=sys.stderr)  # noqa: T201 -- its log
    return 1


def emulator_settings(home: Home, port: int) -> dict[str, str]:
    return {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",  # it would listen on all interfaces
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "PERSIST_STATE": "1",
        "S3_DATA_DIR": str(home.objects),
        "S3_PERSIST": "1",
        "STATE_DIR": str(home.state),
    }


def guarded(app: App, home: Home, deployment: Deployment) -> Guard:
    keys = home.keys
    bootstrap = Bootstrap(keys["bootstrap_key"], keys["bootstrap_secret"])
    return Guard(app, deployment, Mint(keys["session_secret"]), bootstrap)


async def _serve(guard: Guard, descriptor: int, lifeline: int | None) -> float:
    from hypercorn.asyncio import serve  # noqa: PLC0415 -- comes with the emulator
    from hypercorn.config import Config  # noqa: PLC0415

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if lifeline is not None:
        loop.add_reader(lifeline, stop.set)  # readable means closed: the parent is gone
    config = Config()
    config.bind = [f"fd://{descriptor}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.shutdown_timeout = SAVE_SECONDS
    config.loglevel = "WARNING"
    stopped: list[float] = []

    async def trigger() -> None:
        await stop.wait()
        stopped.append(time.time())
        # Connections that clients keep open are cut now, and asyncio would call each a failure.
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        if lifeline is not None:
            loop.remove_reader(lifeline)

    await serve(guard, config, shutdown_trigger=trigger)  # type: ignore[arg-type] # its own App type
    return stopped[0]


def _mark(home: Home) -> None:
    content = {"pid": os.getpid(), "since": time.time()}
    home.running_mark.write_text(json.dumps(content), encoding="utf-8")


def _saved_since(home: Home, moment: float) -> bool:
    table = home.state / "dynamodb.json"
    return table.exists() and table.stat().st_mtime >= moment - 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="luca.localaws.server")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--deploy", type=Path, required=True)
    parser.add_argument("--socket", type=int, required=True)
    parser.add_argument("--lifeline", type=int)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
