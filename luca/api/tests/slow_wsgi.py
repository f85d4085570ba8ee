"""The API with the views for tests, for a server process of its own."""

from django.conf import settings

import luca.wsgi

settings.ROOT_URLCONF = "luca.api.tests.routes"
application = luca.wsgi.application
