"""What a request means in IAM's terms: the actions, on which resources, under which keys.

Every part of a request is understood before any of it is judged, and what is not understood is a
``NotUnderstood``, which the guard turns into a refusal.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from luca.localaws.calls import cloudwatch, cognito, dynamodb, s3, sns, sqs, states, streams
from luca.localaws.calls.parts import Check, NotUnderstood
from luca.localaws.deployment import REGION, Deployment
from luca.localaws.sigv4 import Request, Signed

__all__ = ["Check", "NotUnderstood", "checks"]


_PLAIN: dict[tuple[str, str, str], Callable[[str, dict[str, Any]], Iterator[Check]]] = {
    ("cognito-idp", cognito.TARGET, "/"): cognito.checks,
    ("states", states.TARGET, "/"): states.checks,
    ("dynamodb", streams.TARGET, "/"): streams.checks,
}


def checks(request: Request, signed: Signed, deployment: Deployment) -> list[Check]:
    """All that must be allowed before the request may pass; never empty."""
    if signed.region != REGION:
        raise NotUnderstood(f"region {signed.region}")
    try:
        found = list(_service(request, signed.service, deployment))
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise NotUnderstood(f"{type(error).__name__}: {error}") from error
    if not found:
        raise NotUnderstood("a request that asks for nothing")
    return found


def _service(request: Request, service: str, deployment: Deployment) -> Iterator[Check]:
    family, _, operation = request.target.partition(".")
    if service == "s3" and not request.target:
        return s3.checks(request)
    if service == "sns" and not request.target:
        return sns.checks(request)
    body = _json(request)
    if (service, family, request.path) in _PLAIN:
        return _PLAIN[service, family, request.path](operation, body)
    match service, family:
        case "dynamodb", "DynamoDB_20120810" if request.path == "/":
            return dynamodb.checks(operation, body, deployment)
        case "sqs", "AmazonSQS":
            return sqs.checks(operation, body, request.path)
        case "monitoring", cloudwatch.TARGET if request.path == "/":
            return cloudwatch.checks(operation)
    raise NotUnderstood(f"{service} {request.target}")


def _json(request: Request) -> dict[str, Any]:
    encoded = {"content-encoding", "x-amz-decoded-content-length"} & request.headers.keys()
    if request.method != "POST" or request.query or encoded:
        raise NotUnderstood("not a plain JSON call")
    body = json.loads(request.body.decode())
    if not isinstance(body, dict):
        raise NotUnderstood("not a JSON object")
    return body
