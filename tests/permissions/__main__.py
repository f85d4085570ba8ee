"""``make permissions``: write docs/permissions.md anew."""

import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luca.settings")
    os.environ.setdefault("LUCA_SECRET_KEY", "permissions")
    django.setup()
    from tests.permissions import page

    page.write()
