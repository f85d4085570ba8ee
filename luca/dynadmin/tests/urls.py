from django.urls import path

from luca.dynadmin.tests.library import site

urlpatterns = [path("admin/", site.urls)]
