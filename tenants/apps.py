"""The app, and Django's admin with Luca's site."""

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.translation import gettext_lazy


class TenantsConfig(AppConfig):
    name = "tenants"
    verbose_name = gettext_lazy("School and people")
    default = True


class AdminConfig(SimpleAdminConfig):
    """`luca.urls` finds the pages: workers import none of them."""

    default = False
    default_site = "tenants.admin.site.LucaSite"
