"""Fixtures for every test."""

import os

os.environ.setdefault("LUCA_SECRET_KEY", "tests-only")
