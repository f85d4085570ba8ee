"""The authority's demands as they are deployed: `deploy/authority.json`."""

import json
from functools import cache

from django.conf import settings

from govsync.rules.catalogue import Catalogue, parse

FILE = settings.BASE_DIR / "deploy" / "authority.json"


@cache
def current() -> Catalogue:
    """Read once: a new version comes with a deploy."""
    return parse(json.loads(FILE.read_text(encoding="utf-8")))
