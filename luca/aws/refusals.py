"""What AWS refuses us or asks us to slow down for: operators see it, whoever asked.

No school may see another's data, and AWS is who says so: a refusal means that our own code asked
for what it may not have. It is never usual, and one is enough to look.
"""

from __future__ import annotations

from typing import Any, TypeVar

from luca.telemetry import log, metric

C = TypeVar("C")
DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",  # SNS
        "KMSAccessDenied",  # SNS of its key; then SQS, and Step Functions
        "KmsAccessDenied",
        "KmsAccessDeniedException",
        "UnauthorizedOperation",
    }
)
THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "KMSThrottling",
        "KmsThrottled",
        "KmsThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttled",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
logger = log(__name__)


def note(part: str, call: str, code: str) -> None:
    """Count an error of AWS, if it is one of these; `part` is the service, in lower case."""
    if code in DENIED:
        metric("AccessDenials")
        logger.error("aws_access_denied", part=part, call=call)
    elif code in THROTTLED:
        metric("AwsThrottles")
        logger.warning("aws_throttled", part=part, call=call)


def watched(client: C) -> C:
    """Have each error that this botocore client meets counted.

    For S3 `luca.aws.storage` counts: there a refusal may mean that a file is not there.
    """
    meta: Any = getattr(client, "meta")  # noqa: B009 -- the types of clients share no base
    meta.events.register("after-call", _after_call, unique_id="luca-refusals")
    return client


def _after_call(model: Any, parsed: Any, **_: Any) -> None:
    code = parsed.get("Error", {}).get("Code", "")
    if code:
        note(model.service_model.service_id.hyphenize(), model.name, str(code))
