"""A process that compacts the October of the school "north" until it is killed."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luca.settings")
django.setup()

from lake.repository.compacting import compact  # noqa: E402 -- Django first
from lake.tests.making import OCTOBER  # noqa: E402
from luca.kernel import context  # noqa: E402

with context.entered(school="north"):
    print("ready", flush=True)  # noqa: T201 -- who kills it waits for this
    while os.getppid() == int(sys.argv[1]):  # without its test it ends
        compact(OCTOBER, ())
