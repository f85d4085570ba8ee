"""Turns traces on once Django's settings are read."""

from django.apps import AppConfig
from django.conf import settings


class AwsConfig(AppConfig):
    name = "luca.aws"

    def ready(self) -> None:
        # Command-line tools keep none: their standard output belongs to people.
        if settings.TRACES != "off" and settings.SERVICE != "cli":
            from luca.aws import traces  # noqa: PLC0415 -- OpenTelemetry, only where it is wanted

            traces.start()
