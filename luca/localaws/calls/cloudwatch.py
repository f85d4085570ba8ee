"""CloudWatch: reading a metric. IAM knows no resource here: who may read one may read all."""

from collections.abc import Iterator

from luca.localaws.calls.parts import Check, NotUnderstood

TARGET = "GraniteServiceVersion20100801"
ACTIONS = frozenset({"GetMetricStatistics"})


def checks(operation: str) -> Iterator[Check]:
    if operation not in ACTIONS:
        raise NotUnderstood("CloudWatch operation")
    yield Check(f"cloudwatch:{operation}", "*")
