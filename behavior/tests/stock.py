"""A stock Celery worker on the behaviour queue: kombu's consumer, one message at a time."""

from luca.celery import configured

app = configured("stock", "behavior")
app.conf.imports = ["behavior.tasks"]
