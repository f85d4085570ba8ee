"""Whether this process lives, and whether it can work."""

from collections.abc import Callable

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from luca.api.serializers import HealthSerializer, ReadinessSerializer
from luca.api.views import PublicView
from luca.aws import queue, store
from luca.aws.table import PlatformItem, platform_key
from luca.telemetry import log

logger = log(__name__)


class Health(PublicView):
    @extend_schema(
        operation_id="healthz",
        summary="This process answers (it asks nothing of AWS)",
        tags=["operations"],
        responses={200: HealthSerializer},
    )
    def get(self, _request: Request) -> Response:
        return Response({"status": "ok"})


class Readiness(PublicView):
    @extend_schema(
        operation_id="readyz",
        summary="The table and the queue answer; 503 names the part that does not",
        tags=["operations"],
        responses={200: ReadinessSerializer, 503: ReadinessSerializer},
    )
    def get(self, _request: Request) -> Response:
        parts = {name: _answers(name, ask) for name, ask in PARTS.items()}
        good = all(state == "ok" for state in parts.values())
        body = {"status": "ok" if good else "failing", "parts": parts}
        return Response(body, status=200 if good else 503)


def _table() -> None:
    store.get(PlatformItem, platform_key("SCHOOLS"), "-")  # need not exist: it must answer


def _queue() -> None:
    queue.depth("tasks")


PARTS: dict[str, Callable[[], None]] = {"table": _table, "queue": _queue}


def _answers(name: str, ask: Callable[[], None]) -> str:
    try:
        ask()
    except Exception as error:  # noqa: BLE001 -- whatever it is, the part does not work
        logger.warning("not_ready", part=name, error=type(error).__name__)
        return "failing"
    return "ok"
