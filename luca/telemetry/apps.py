"""Configures logging once Django's settings are read."""

from django.apps import AppConfig

from luca.telemetry.logs import configure


class TelemetryConfig(AppConfig):
    name = "luca.telemetry"

    def ready(self) -> None:
        configure()
