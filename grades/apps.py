"""The app, as the admin's pages call it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class GradesConfig(AppConfig):
    name = "grades"
    verbose_name = gettext_lazy("Grades")
