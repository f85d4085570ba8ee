#!/usr/bin/env python
"""The command line of Luca."""

import json
import os
import select
import sys
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
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
        run()
    except LucaError as error:  # meant for people: one line, unless they ask for more
        if "--traceback" in sys.argv and not overheard():
            raise
        sys.exit(f"{type(error).__name__}: {error}")
    except Exception as error:
        if not overheard():
            raise
        from luca.telemetry import described

        sys.exit(f"It broke: {json.dumps(described(error))}")


def run() -> None:
    """Run the command; whoever has read enough of it ends it: `make traces | head`."""
    try:
        try:
            execute_from_command_line(sys.argv)
        except SystemExit:
            sys.stdout.flush()
            raise
        sys.stdout.flush()
    except BrokenPipeError:
        if not nobody_reads():
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)  # as a program that SIGPIPE ends


def nobody_reads() -> bool:
    """Whether it is our output's pipe that broke, and not some other one."""
    look = select.poll()
    look.register(sys.stdout.fileno(), 0)
    return any(seen & (select.POLLERR | select.POLLHUP) for _, seen in look.poll(0))


def overheard() -> bool:
    """Whether others read what is printed here. Settings that cannot be read are told."""
    try:
        return bool(settings.OVERHEARD)
    except ImproperlyConfigured:
        return False


if __name__ == "__main__":
    main()
