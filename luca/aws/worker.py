"""How workers take tasks off the queues, where the stock way would lose or tell too much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celery.worker.consumer import Consumer
from kombu.transport import SQS

from luca.telemetry import log

if TYPE_CHECKING:
    from kombu.message import Message

logger = log(__name__)


class TaskConsumer(Consumer):
    """Celery would log the whole body of a message that it cannot use, people and all.

    Rejected without being deleted, it comes again after its visibility timeout,
    perhaps to a newer worker that knows the task, and then to the dead letters.
    """

    def on_unknown_message(self, _body: Any, message: Message) -> None:
        self._refuse(message, "It is not a Celery message.")

    def on_unknown_task(self, _body: Any, message: Message, _error: Exception) -> None:
        self._refuse(message, "It asks for a task that this worker does not know.")

    def on_invalid_task(self, _body: Any, message: Message, error: Exception) -> None:
        self._refuse(message, f"It is not a valid task: {type(error).__name__}.")

    def on_decode_error(self, message: Message, error: Exception) -> None:
        self._refuse(message, f"It cannot be decoded: {type(error).__name__}.")

    def _refuse(self, message: Message, reason: str) -> None:
        origin = (message.delivery_info or {}).get("sqs_message", {})
        logger.warning(
            "message_refused",
            reason=reason,
            message_id=origin.get("MessageId"),
            receives=int(origin.get("Attributes", {}).get("ApproximateReceiveCount", 0)),
        )
        errors = self.connection_errors  # type: ignore[attr-defined]  # the stubs lack it
        message.reject_log_error(logger, errors)


class PatientChannel(SQS.Channel):
    """kombu takes a 5xx or a broken connection for an empty list, and then ends the worker.

    It calls `get` on that list. A moment without SQS must not end tasks in work.
    """

    def _on_messages_ready(self, queue: str, name: str, answer: Any) -> int:
        ready = super()._on_messages_ready  # type: ignore[misc]  # the stubs lack it
        received: int = ready(queue, name, answer or {})
        return received


class PatientTransport(SQS.Transport):
    Channel = PatientChannel
