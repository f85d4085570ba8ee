"""`manage.py govsync close`: a period is no longer compared with the authority every day."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from govsync import services
from govsync.management.acts.checks import check_line
from govsync.management.acts.common import Out, add_dry_run, add_school, in_school
from luca.kernel.ids import PeriodId

HELP = "end the daily check of a period; another run of it begins it anew"


def add_arguments(parser: ArgumentParser) -> None:
    add_school(parser)
    add_dry_run(parser)
    parser.add_argument("--period", required=True)


def perform(out: Out, options: dict[str, Any]) -> None:
    with in_school(out, options):
        period, dry = PeriodId(options["period"]), options["dry_run"]
        found = services.watched(period) if dry else services.close(period)
        if found is None:
            raise CommandError("This period is not checked every day.")
        would = "the check would end; " if dry and found.closed is None else ""
        out.stdout.write(f"period {period}: {would}{check_line(found)}")
