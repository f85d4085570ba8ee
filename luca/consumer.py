"""The Celery application of the behaviour consumer: `celery -A luca.consumer worker`.

It has a queue of its own, because whoever may write to a queue may ask for any
task of its workers, and this queue is written to by everyone who signs in.
"""

from luca.celery import configured

app = configured("luca.consumer", "behavior")
app.conf.update(
    worker_consumer="behavior.consumer:BulkConsumer",
    worker_pool="solo",  # the consumer brings its own threads
)
