"""The app, and Django's admin with our site and nothing found by itself."""

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig


class DynadminConfig(AppConfig):
    name = "luca.dynadmin"
    label = "dynadmin"


class OverSourcesConfig(SimpleAdminConfig):
    """`luca.urls` finds the pages: workers import none of them."""

    default = False
    default_site = "luca.dynadmin.site.Site"
