"""What CloudWatch knows of AWS's own services and no other call tells."""

from __future__ import annotations

from datetime import timedelta

from botocore.exceptions import BotoCoreError, ClientError

from luca.aws import clients, queue
from luca.kernel import clock

LOOKED_BACK = timedelta(minutes=10)  # SQS reports every minute, and CloudWatch is minutes late
PERIOD = 60  # seconds


def oldest(name: str) -> int | None:
    """Return how many seconds the oldest message of a queue has waited, as last reported."""
    now = clock.now()
    try:
        found = clients.cloudwatch().get_metric_statistics(
            Namespace="AWS/SQS",
            MetricName="ApproximateAgeOfOldestMessage",
            Dimensions=[{"Name": "QueueName", "Value": queue.name(name)}],
            StartTime=now - LOOKED_BACK,
            EndTime=now + timedelta(seconds=PERIOD),
            Period=PERIOD,
            Statistics=["Maximum"],
        )["Datapoints"]
    except (BotoCoreError, ClientError):
        return None  # the queue's own figures are worth showing without it
    if not found:
        return None
    latest = max(found, key=lambda one: one["Timestamp"])
    return round(float(latest["Maximum"]))
