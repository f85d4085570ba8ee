"""Whether this process lives, and whether it can work."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from luca.api.serializers import HealthSerializer, ReadinessSerializer
from luca.api.views import PublicView
from luca.aws import queue, store
from luca.aws.table import PlatformItem, platform_key
from luca.telemetry import log

PATIENCE = 3.0  # seconds; a load balancer gives up after 5
_probes = ThreadPoolExecutor(4, thread_name_prefix="readiness")
logger = log(__name__)


class Health(PublicView):
    limited = False  # probes come as they come

    @extend_schema(
        operation_id="healthz",
        summary="This process answers (it asks nothing of AWS)",
        tags=["operations"],
        responses={200: HealthSerializer},
    )
    def get(self, _request: Request) -> Response:
        return Response({"status": "ok", "version": settings.VERSION})


class Readiness(PublicView):
    limited = False

    @extend_schema(
        operation_id="readyz",
        summary="The table and the queue answer; 503 names the part that does not",
        tags=["operations"],
        responses={200: ReadinessSerializer, 503: ReadinessSerializer},
    )
    def get(self, _request: Request) -> Response:
        asked = {name: _probes.submit(ask) for name, ask in PARTS.items()}
        wait(asked.values(), PATIENCE)
        parts = {name: _state(name, answer) for name, answer in asked.items()}
        good = all(state == "ok" for state in parts.values())
        body = {"status": "ok" if good else "failing", "parts": parts}
        return Response(body, status=200 if good else 503)


def _table() -> None:
    store.get(PlatformItem, platform_key("SCHOOLS"), "-")  # need not exist: it must answer


def _queue() -> None:
    queue.depth("tasks")


PARTS: dict[str, Callable[[], None]] = {"table": _table, "queue": _queue}


def _state(name: str, answer: Future[None]) -> str:
    answer.cancel()  # of no use any more if it has not begun
    error = answer.exception() if answer.done() and not answer.cancelled() else TimeoutError()
    if error is None:
        return "ok"
    logger.warning("not_ready", part=name, error=type(error).__name__)
    return "failing"
