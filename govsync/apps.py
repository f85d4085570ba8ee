"""The app, as the admin's pages call it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class GovsyncConfig(AppConfig):
    name = "govsync"
    verbose_name = gettext_lazy("Government sync")
