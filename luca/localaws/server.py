"""The emulator's process: ``python -m luca.localaws.server``. One socket, on the loopback only.

The socket comes from the parent, already bound, so a busy port is the parent's clear message and
no other program can take the port in between.
"""

import argparse
import asyncio
import gc
import json
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from luca.localaws import cognito, expressions, figures, posted
from luca.localaws.cognito.outbox import Outbox
from luca.localaws.deployment import ACCOUNT, REGION, Deployment
from luca.localaws.guard import App, Bootstrap, Guard
from luca.localaws.home import Home
from luca.localaws.policy import PolicyError
from luca.localaws.sessions import Mint
from luca.localaws.streams import Streams


def main() -> int:
    options = _options()
    home = Home(options.home)
    port = socket.socket(fileno=os.dup(options.socket)).getsockname()[1]
    os.environ.update(emulator_settings(home, port, options.time_scale))
    from ministack.app import app  # noqa: PLC0415 -- it reads its settings while it is imported

    streams = Streams(home.stream)
    streams.install()
    cognito.install(Outbox(home.outbox))
    figures.install()
    expressions.install()
    posted.install(home.alerts)
    try:
        guard = guarded(app, home, Deployment(options.deploy))
    except (PolicyError, OSError) as error:
        print(f"deploy/policies cannot be used: {error}", file=sys.stderr)  # noqa: T201 -- its log
        return 1
    _mark(home)
    _spare_the_collector()
    stopped_at = asyncio.run(_serve(guard, options.socket, options.lifeline))
    streams.keep()
    if _saved_since(home, stopped_at):
        home.running_mark.unlink()
        return 0
    print("The embedded AWS could not write its state.", file=sys.stderr)  # noqa: T201 -- its log
    return 1


def _spare_the_collector() -> None:
    """Look for garbage less often, and never among modules: the tables are objects by the million.

    What requests leave behind is freed at once as ever; only circles wait.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)


def emulator_settings(home: Home, port: int, time_scale: str = "1") -> dict[str, str]:
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
        "SFN_WAIT_SCALE": time_scale,
        "STATE_DIR": str(home.state),
    }


def guarded(app: App, home: Home, deployment: Deployment) -> Guard:
    keys = home.keys
    bootstrap = Bootstrap(keys["bootstrap_key"], keys["bootstrap_secret"])
    return Guard(app, deployment, Mint(keys["session_secret"]), bootstrap)


class _Server(uvicorn.Server):
    """Signals are `_serve`'s; uvicorn would raise them again when all is written, and fail."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(guard: Guard, descriptor: int, lifeline: int | None) -> float:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if lifeline is not None:
        loop.add_reader(lifeline, stop.set)  # readable means closed: the parent is gone
    server = _Server(
        uvicorn.Config(
            guard,
            http="httptools",  # in C: the emulator itself takes less time than HTTP in Python
            ws="none",
            lifespan="on",  # at its end the state is written, however long that takes
            log_config=None,
            log_level="warning",
            access_log=False,
            date_header=False,  # the emulator's
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
    )

    async def trigger() -> float:
        await stop.wait()
        moment = time.time()
        # Calls that wait and connections that stay open are cut now: to loggers, failures.
        for name in ("asyncio", "uvicorn.error"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        if lifeline is not None:
            loop.remove_reader(lifeline)
        server.should_exit = True
        return moment

    stopping = asyncio.create_task(trigger())
    await server.serve(sockets=[socket.socket(fileno=descriptor)])
    return await stopping


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
    parser.add_argument("--time-scale", default="1", help="factor on Step Functions' waits")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
