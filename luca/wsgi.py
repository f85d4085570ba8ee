"""The WSGI application that gunicorn serves: the API, and the few static files of its pages."""

import os
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luca.settings")  # noqa: TID251 -- where Django starts


def with_static_files(api: Any) -> Any:
    """Serve what `collectstatic` gathered; from the packages themselves where it never ran.

    Around Django and not inside it: a file needs no middleware, and the listing
    is made once for each process.
    """
    served = WhiteNoise(api, max_age=3600, allow_all_origins=False)
    prefix = settings.STATIC_URL
    if settings.STATIC_ROOT.is_dir():
        served.add_files(settings.STATIC_ROOT, prefix)
        return served
    for finder in get_finders():
        for path, storage in finder.list([]):
            served.add_file_to_dictionary(f"{prefix}{path}", storage.path(path))
    return served


application = with_static_files(get_wsgi_application())
