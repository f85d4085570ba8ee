"""The app."""

from django.apps import AppConfig


class DynadminConfig(AppConfig):
    name = "luca.dynadmin"
    label = "dynadmin"
