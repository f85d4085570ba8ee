"""Writers that start at once: everything is imported already, and each is a fork.

A line on the standard input asks for one; its process id is the answer.
"""

import os
import signal
import sys

import django
from django.core.management import call_command


def main() -> None:
    django.setup()
    from lake.services import writing  # noqa: F401, PLC0415 -- what a writer would import

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that are killed
    print("ready", flush=True)  # noqa: T201 -- its answer
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            call_command("lake", "run")
            os._exit(0)
        print(child, flush=True)  # noqa: T201 -- its answer


if __name__ == "__main__":
    main()
