"""The app, as Django calls it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class LakeConfig(AppConfig):
    name = "lake"
    verbose_name = gettext_lazy("Lake")
