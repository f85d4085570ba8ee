#!/usr/bin/env python
"""The command line of Luca."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line


def main() -> None:
    """Run one command; with LUCA_HOME set, against that home's embedded AWS."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luca.settings")
    home = os.environ.get("LUCA_HOME")
    if home and "AWS_ENDPOINT_URL" not in os.environ and sys.argv[1:2] != ["local"]:
        from luca.localaws.environment import NotProvisioned, load

        try:
            load(Path(home), "platform")
        except NotProvisioned as error:
            sys.exit(str(error))
    from luca.kernel.errors import LucaError

    try:
        execute_from_command_line(sys.argv)
    except LucaError as error:  # meant for people: one line, unless they ask for more
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
