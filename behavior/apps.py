"""The app, as the admin's pages call it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class BehaviorConfig(AppConfig):
    name = "behavior"
    verbose_name = gettext_lazy("Behaviour")
