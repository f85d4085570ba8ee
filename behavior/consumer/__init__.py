"""The behaviour consumer: a Celery worker of its own that fetches in bulk.

A stock worker runs the same messages one by one; deleting them one by one is
what limits it to about a hundred messages a second.
"""

from behavior.consumer.worker import BulkConsumer

__all__ = ["BulkConsumer"]
