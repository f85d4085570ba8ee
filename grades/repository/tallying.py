"""What is counted of a school's results; nothing of it names anybody."""

from collections.abc import Iterator
from datetime import datetime

from grades import keys
from grades.models import EvaluationItem
from luca.aws import store
from luca.kernel import clock
from tenants.domain import Course

SHARDS = keys.ALL_SHARDS


def recorded(course: Course, group: str) -> Iterator[datetime]:
    """When each result of a group in a course was recorded."""
    place = keys.gradebook(course.subject, course.period, group)
    for raw in store.every_named(EvaluationItem, place, ["recorded_at"], index="GSI1"):
        yield clock.parse(raw["recorded_at"]["S"])


def waiting(shard: str) -> int:
    """How many results of a shard no grade contains yet."""
    place = keys.consolidation_shard(shard)
    # Courses and due dates wait in the same partition; results alone were recorded.
    results = EvaluationItem.recorded_at.exists()
    return store.count(EvaluationItem, place, index="GSI2", where=results)
