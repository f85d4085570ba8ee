"""The one place where AWS clients of this process's own role are made.

Endpoint and credentials come from the SDK's own variables, so the embedded AWS
and the real one differ in the environment only. What belongs to a school is
never read with these clients: see `luca.aws.scoped`.
"""

from __future__ import annotations

from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from django.conf import settings

from luca.aws.refusals import watched
from luca.aws.wire import Wire

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_sts import STSClient

_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 4},
    connect_timeout=2,
    read_timeout=30,  # longer than the longest poll of a queue, 20 s
    max_pool_connections=32,
)
_making = RLock()  # boto3's default session is not safe to use from two threads


@cache
def sqs() -> SQSClient:
    with _making:
        return watched(boto3.client("sqs", region_name=settings.AWS_REGION, config=_CONFIG))


@cache
def sqs_wire() -> Wire:
    """For the calls that a consumer makes all day."""
    return Wire(sqs(), "AmazonSQS")


@cache
def streams() -> Any:
    """For whoever fills the lake; signed with the process's role."""
    with _making:
        return watched(
            boto3.client("dynamodbstreams", region_name=settings.AWS_REGION, config=_CONFIG)
        )


@cache
def streams_wire() -> Wire:
    return Wire(streams(), "DynamoDBStreams_20120810")


@cache
def sts() -> STSClient:
    with _making:
        return watched(boto3.client("sts", region_name=settings.AWS_REGION, config=_CONFIG))


@cache
def cognito() -> CognitoIdentityProviderClient:
    """For acts of an administrator; signed with the process's role."""
    with _making:
        return watched(boto3.client("cognito-idp", region_name=settings.AWS_REGION, config=_CONFIG))


@cache
def cognito_public() -> CognitoIdentityProviderClient:
    """For what a person does for themselves (sign-in); not signed at all."""
    config = _CONFIG.merge(Config(signature_version=UNSIGNED))
    with _making:
        return watched(boto3.client("cognito-idp", region_name=settings.AWS_REGION, config=config))


@cache
def step_functions() -> SFNClient:
    with _making:
        return watched(
            boto3.client("stepfunctions", region_name=settings.AWS_REGION, config=_CONFIG)
        )


@cache
def cloudwatch() -> Any:
    """For reading what AWS's services report of themselves; our own metrics are log lines."""
    with _making:
        return watched(boto3.client("cloudwatch", region_name=settings.AWS_REGION, config=_CONFIG))


@cache
def xray() -> Any:
    """For traces. A process that ends waits for the last of them, so not for long."""
    soon = _CONFIG.merge(
        Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2})
    )
    with _making:
        return boto3.client("xray", region_name=settings.AWS_REGION, config=soon)


@cache
def sns() -> Any:
    """For telling people; whoever does so has other work to do and waits seconds, not minutes."""
    soon = _CONFIG.merge(Config(read_timeout=5, retries={"total_max_attempts": 2}))
    with _making:
        return watched(boto3.client("sns", region_name=settings.AWS_REGION, config=soon))


def forget() -> None:
    """Drop every client, for a test that points the process elsewhere."""
    queues_and_streams = (sqs, sqs_wire, streams, streams_wire)
    for made in (*queues_and_streams, sts, cognito, cognito_public):
        made.cache_clear()
    for made in (step_functions, cloudwatch, xray, sns):
        made.cache_clear()
    boto3.DEFAULT_SESSION = None
