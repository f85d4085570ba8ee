"""A process that consolidates one school again and again, for a test that kills it.

Standard output is a line of letters: `b` a run begins, `.` some grades are done, `e` it ended.
"""

import os
import sys

import django


def write(letter: str) -> None:
    sys.stdout.write(letter)
    sys.stdout.flush()


def main(school: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "luca.settings"
    django.setup()
    from grades import services  # noqa: PLC0415 -- once Django is there
    from grades.services.consolidation import worker  # noqa: PLC0415
    from luca.kernel import context  # noqa: PLC0415

    worker.CHUNK = 10  # few at a time: more moments at which to be killed
    with context.entered(school=school):
        while True:
            write("b")
            services.consolidate(tell=lambda _done, _total: write("."))
            write("e")


if __name__ == "__main__":
    main(sys.argv[1])
