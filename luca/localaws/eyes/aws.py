"""What the embedded AWS reports of itself, for the alarms that watch AWS's own metrics."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config

from luca.localaws.deployment import REGION
from luca.localaws.eyes.alarms import Alarm
from luca.localaws.eyes.points import Points, Series
from luca.localaws.home import Home

EMULATED = {"AWS/SQS", "AWS/States"}  # luca.localaws.figures; the others only AWS reports
COUNTED = "AWS/States"


def cloudwatch(home: Home) -> Any:
    """The emulator's, asked with the key of whoever provisions it."""
    endpoint = home.recall("outputs")["endpoint"]
    keys = home.keys
    return boto3.client(
        "cloudwatch",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=keys["bootstrap_key"],
        aws_secret_access_key=keys["bootstrap_secret"],
        config=Config(retries={"max_attempts": 1}, connect_timeout=1, read_timeout=5),
    )


def watched(alarms: dict[str, Alarm]) -> set[Series]:
    """Metrics of the emulator that some alarm watches."""
    every = {part.of for alarm in alarms.values() for part in alarm.parts}
    return {one for one in every if one.namespace in EMULATED}


def ask(client: Any, wanted: set[Series], points: Points, now: float) -> None:
    """Add what the emulator reports now; of a queue as if it had been so for some minutes.

    AWS reports each minute. Here there is one report, of this moment, and an alarm over five
    minutes must not wait for five.
    """
    until = datetime.fromtimestamp(now, UTC)
    for one in wanted:
        found = client.get_metric_statistics(
            Namespace=one.namespace,
            MetricName=one.name,
            Dimensions=[{"Name": name, "Value": value} for name, value in sorted(one.dimensions)],
            StartTime=until - timedelta(minutes=30),
            EndTime=until + timedelta(minutes=1),
            Period=60,
            Statistics=["Sum", "Maximum"],
        )["Datapoints"]
        for point in found:
            if one.namespace == COUNTED:
                points.add(one, point["Timestamp"].timestamp(), [point["Sum"]], "Count")
            else:
                moments = [now - 1 - 60 * minute for minute in range(30)]
                for at in moments:
                    points.add(one, at, [point["Maximum"]], "Count")
