"""Structured logs: one JSON object a line on standard output.

Every line has `timestamp, level, event, service, tenant_id, correlation_id,
trace_id`; work that takes time adds `duration_ms`. A school's id is readable,
a person's is hashed: call `hashed` before you log one.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import sys
import traceback
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings

from luca.kernel import context

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

HASH_LENGTH = 12
FRAMES = 12  # of a traceback; the last ones are nearest to the fault
LEVELS = {name: getattr(logging, name.upper()) for name in ("debug", "info", "warning", "error")}


def log(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a module."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger


def hashed(person: str | None) -> str | None:
    """Return a stand-in for a person's id, the same in every log of a deployment."""
    if person is None:
        return None
    digest = hmac.new(settings.SECRET_KEY.encode(), person.encode(), hashlib.sha256)
    return digest.hexdigest()[:HASH_LENGTH]


def bound(**fields: Any) -> AbstractContextManager[Any]:
    """Add fields to every line that is logged inside the `with`."""
    return structlog.contextvars.bound_contextvars(**fields)


def _add_context(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    here = context.current()
    event.setdefault("service", settings.SERVICE)
    event.setdefault("tenant_id", here.school)
    event.setdefault("correlation_id", here.correlation_id or None)
    event.setdefault("trace_id", here.trace_id or None)
    return event


def described(error: BaseException) -> dict[str, Any]:
    """Say of what kind an error is and where it happened. Its message may carry people's data."""
    where = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    cause = error.__cause__ or error.__context__
    because = {"cause": type(cause).__name__} if cause is not None else {}
    return {"error": type(error).__name__, **because, "where": where[-FRAMES:]}


def _describe_error(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Take the place of structlog's traceback, which ends in the error's message."""
    error = event.pop("exc_info", None)
    if isinstance(error, tuple):
        error = error[1]
    elif error is True:
        error = sys.exception()
    return {**event, **described(error)} if isinstance(error, BaseException) else event


class _WithoutArguments(logging.Filter):
    """Celery's line of a failed task quotes the error's message: keep the rest."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, dict) and "exc" in record.args:
            record.msg = "Task %(name)s[%(id)s] %(description)s"
        return True


NOISY = (
    *("botocore", "boto3", "urllib3", "s3transfer", "pynamodb"),  # would write request bodies
    *("celery.app.trace", "celery.worker.strategy"),  # would repeat our own line of each task
)
# Django would log the raw path of each refused request, and a path names people. luca.api
# logs every request by its route, and what nobody foresaw without its message.
SILENT = ("django.request", "django.security")
SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    _add_context,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _describe_error,
]


def configure() -> None:
    """Send our own logs and every library's through one JSON renderer."""
    console = settings.LOG_FORMAT == "console"
    renderer: Any = (
        structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr if settings.SERVICE == "cli" else sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    level = logging.WARNING if settings.SERVICE == "cli" else LEVELS[settings.LOG_LEVEL]
    root.setLevel(level)
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(max(level, logging.WARNING))
    for silent in SILENT:
        logging.getLogger(silent).setLevel(logging.CRITICAL + 1)
    logging.getLogger("celery.app.trace").addFilter(_WithoutArguments())
