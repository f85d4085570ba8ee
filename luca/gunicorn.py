"""How gunicorn serves the API: few processes, many threads.

Sessions of schools are cached in each process, so threads keep the cache warm.
"""

import json
import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

REFUSED = "Invalid request from ip="  # and then what the client sent, as it sent it


class OneLine(logging.Formatter):
    """The server's own lines, as JSON like all others."""

    def format(self, record: logging.LogRecord) -> str:
        # Beside an exception the arguments hold a raw path, and a path names people.
        failed = record.exc_info[0] if record.exc_info else None
        event = record.msg if failed else record.getMessage()
        line = {
            "event": event.partition(": ")[0] if event.startswith(REFUSED) else event,
            "service": os.environ.get("LUCA_SERVICE", "api"),  # noqa: TID251 -- see below
            "error": failed.__name__ if failed else None,
            "tenant_id": None,
            "correlation_id": None,
            "trace_id": None,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        return json.dumps({name: value for name, value in line.items() if name != "error" or value})


class JSONLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's logger with our formatter."""

    def _set_handler(self, log: Any, output: Any, fmt: Any, stream: Any = None) -> None:
        super()._set_handler(log, output, OneLine(), stream)


class Closing(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Closes its door when it is told to stop, and answers those who are inside.

    Gunicorn's own leaves the door open until everybody has left: who comes meanwhile is connected
    and never answered. A load balancer that is refused asks another container.
    """

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001 -- gunicorn's signature
        super().set_accept_enabled(enabled)
        if self.alive:
            return
        for listener in self.sockets:
            inside = -1
            while inside != self.nr_conns:  # who has come already is let in
                inside = self.nr_conns
                self.accept(listener)
            listener.close()


logger_class = JSONLogger
bind = os.environ.get("LUCA_BIND", "0.0.0.0:8000")  # noqa: TID251 -- a container's port; locally LUCA_BIND names the loopback
workers = int(os.environ.get("LUCA_WORKERS", "1"))  # noqa: TID251 -- gunicorn reads this file before Django starts
threads = int(os.environ.get("LUCA_THREADS", "16"))  # noqa: TID251 -- see above
worker_class = Closing
keepalive = 75  # longer than a load balancer's idle time, or it meets closed connections
timeout = 60
graceful_timeout = 25  # below the 30 s after which a container is killed
control_socket_disable = True  # nobody steers it, and two stacks would share the socket
accesslog = None  # the application logs each request, without what people typed into the URL
_memory = Path("/dev/shm")  # noqa: S108 -- the heartbeat file must not wait for a disk
worker_tmp_dir = str(_memory) if _memory.is_dir() else None  # macOS has none
