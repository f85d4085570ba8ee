"""Fixtures for every test."""

import os

from django.conf import settings

os.environ.setdefault("LUCA_SECRET_KEY", "tests-only")
settings.SECRET_KEY = os.environ["LUCA_SECRET_KEY"]  # pytest-django reads settings before this file
