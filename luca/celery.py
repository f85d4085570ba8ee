"""The Celery application: workers on SQS. Tasks register themselves."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

from luca.aws import ticks
from luca.aws.queue import TRACE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luca.settings")  # noqa: TID251 -- where Celery starts Django


TRANSPORT_ALIASES["sqs"] = "luca.aws.worker:PatientTransport"  # a URL names no class of its own


def queues(*names: str) -> dict[str, dict[str, str]]:
    """What kombu needs to know of queues that exist already."""
    urls = [settings.QUEUES[name] for name in names]
    return {url.rpartition("/")[2]: {"url": url, "region": settings.AWS_REGION} for url in urls}


def configured(name: str, *queue_names: str) -> Celery:
    """Return an application that consumes these queues and no others."""
    made = Celery(name, broker="sqs://")
    known = queues(*queue_names)
    made.conf.update(
        accept_content=["json"],
        broker_connection_retry_on_startup=True,
        broker_transport_options={
            "region": settings.AWS_REGION,
            "predefined_queues": known,
            "visibility_timeout": 120,
            "wait_time_seconds": 5,
            "polling_interval": 0.2,
            # What Step Functions traces goes on in our tasks.
            "fetch_message_attributes": {"MessageSystemAttributeNames": [TRACE]},
        },
        task_acks_late=True,
        task_acks_on_failure_or_timeout=False,  # it comes again, then to the dead letters
        task_create_missing_queues=False,
        task_default_queue=next(iter(known)),
        task_ignore_result=True,
        task_queues={queue: {"routing_key": queue} for queue in known},
        task_reject_on_worker_lost=True,
        timezone="UTC",
        worker_consumer="luca.aws.worker:TaskConsumer",
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_prefetch_multiplier=1,
        worker_send_task_events=False,
    )
    return made


@setup_logging.connect
def _keep_our_logging(**_: Any) -> None:
    """Without a receiver Celery would replace the JSON logs with its own."""


app = configured("luca", "tasks", "sync")
app.conf.beat_schedule = ticks.beat_schedule()  # what EventBridge Scheduler does in AWS
app.autodiscover_tasks()
