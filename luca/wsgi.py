"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luca.settings")  # noqa: TID251 -- where Django starts
application = get_wsgi_application()
