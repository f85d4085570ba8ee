"""What moto does otherwise than AWS, where Terraform would stumble over it."""

import json
from typing import TYPE_CHECKING, Any

from moto.awslambda.models import LambdaFunction
from moto.core.utils import camelcase_to_underscores
from moto.ecs.models import Service
from moto.sqs.models import Queue

from tests.deploy.standins import edge
from tests.deploy.standins.data import SERVICES

if TYPE_CHECKING:
    from collections.abc import Callable


def mend() -> None:
    _queues_keep_what_they_were_told()
    _functions_keep_where_they_log()
    _services_keep_what_they_run_on()
    edge.mend()


def _queues_keep_what_they_were_told() -> None:
    """Without this a queue's policy goes with the next change of another attribute."""
    set_attributes = Queue._set_attributes
    attributes: Callable[[Queue], dict[str, Any]] = vars(Queue)["attributes"].fget

    def keep(self: Any, told: dict[str, Any], now: float | None = None) -> None:
        told = {"Policy": getattr(self, "policy", None), **told}
        if told.get("RedriveAllowPolicy") == "":
            told["RedriveAllowPolicy"] = None  # an empty text takes it back
        set_attributes(self, told, now)

    def say(self: Any) -> dict[str, Any]:
        said: dict[str, Any] = attributes(self)
        if self.redrive_policy:  # compact, as Terraform writes it, or it would write it again
            said["RedrivePolicy"] = json.dumps(self.redrive_policy, separators=(",", ":"))
        return said

    Queue.BASE_ATTRIBUTES = [*Queue.BASE_ATTRIBUTES, "RedriveAllowPolicy"]
    Queue.redrive_allow_policy = None  # type: ignore[attr-defined]
    Queue._set_attributes = keep  # type: ignore[assignment,method-assign]
    Queue.attributes = property(say)  # type: ignore[assignment]


def _functions_keep_where_they_log() -> None:
    begin, configuration = LambdaFunction.__init__, LambdaFunction.get_configuration

    def keep(self: Any, account_id: str, spec: dict[str, Any], *more: Any, **named: Any) -> None:
        self.logging_told = spec.get("LoggingConfig")
        begin(self, account_id, spec, *more, **named)

    def say(self: Any, *more: Any, **named: Any) -> dict[str, Any]:
        told = self.logging_told
        return configuration(self, *more, **named) | ({"LoggingConfig": told} if told else {})

    LambdaFunction.__init__ = keep  # type: ignore[method-assign]
    LambdaFunction.get_configuration = say  # type: ignore[method-assign]


def _services_keep_what_they_run_on() -> None:
    """Or Terraform would replace each at every look: capacity providers decide that."""
    begin = Service.__init__

    def keep(self: Any, cluster: Any, service_name: str, *more: Any, **named: Any) -> None:
        begin(self, cluster, service_name, *more, **named)
        told = SERVICES.get(service_name, {})
        for name, value in told.items():  # moto answers with whatever attributes it finds
            setattr(self, camelcase_to_underscores(name), value)
        if "capacityProviderStrategy" in told:
            self.launch_type = None

    Service.__init__ = keep  # type: ignore[method-assign]
