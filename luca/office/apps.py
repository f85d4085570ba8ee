"""The app, as the admin's pages call it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class OfficeConfig(AppConfig):
    name = "luca.office"
    label = "office"
    verbose_name = gettext_lazy("Office")
