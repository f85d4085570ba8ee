"""Every address of the API."""

from django.contrib import admin
from django.urls import include, path, register_converter
from django.views.generic import RedirectView

import tenants.admin  # noqa: F401 -- where the site's class is: found first, or its pages are lost
from luca.api.routes import IdConverter

register_converter(IdConverter, "id")

admin.autodiscover()

urlpatterns = [
    path("admin", RedirectView.as_view(pattern_name="admin:index")),  # as people type it
    path("admin/", admin.site.urls),
    path("", include("luca.api.urls")),
    path("", include("tenants.urls")),
    path("", include("grades.urls")),
    path("", include("behavior.urls")),
    path("", include("govsync.urls")),
    path("", include("lake.urls")),
]

handler400 = "luca.api.problems.unreadable"
handler403 = "luca.api.problems.refused"
handler404 = "luca.api.problems.unrouted"
handler500 = "luca.api.problems.broken"
