#!/usr/bin/env python
"""The command line of Luca."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run one command; with LUCA_HOME set, against that home's embedded AWS."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luca.settings")
    home = os.environ.get("LUCA_HOME")
    if home and "AWS_ENDPOINT_URL" not in os.environ:
        from luca.localaws.embedded import operator_environment

        os.environ.update(operator_environment(home))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
