"""From results to grades: `manage.py consolidate [--school S] [--period P] [--close]`."""

import sys
from argparse import ArgumentParser
from enum import Enum
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from grades import services
from luca.aws import audit
from luca.aws.audit import Action
from luca.kernel import context
from luca.kernel.errors import LucaError
from luca.kernel.ids import PeriodId, SchoolId, SubjectId
from luca.telemetry import log
from tenants import services as tenants

logger = log(__name__)


class Did(Enum):
    """What became of one school."""

    WHOLE = "whole"
    BROKEN = "broken"
    NOTHING = "nothing"  # it has no such period


class Command(BaseCommand):
    help = "Bring the grades of one school, or of all, up to date; --close ends a period."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", help="one school; default: all of them")
        parser.add_argument("--period", help="one period; default: whatever is pending")
        parser.add_argument("--subject", help="one subject; with --period: one course")
        parser.add_argument(
            "--close",
            action="store_true",
            help="refuse further results, grade everybody by `final`, hand over to the sync",
        )
        parser.add_argument("--dry-run", action="store_true", help="compute and write nothing")
        parser.add_argument("--no-progress", action="store_true", help="no progress bar")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["close"] and not options["period"]:
            raise CommandError("--close needs --period: say which period ends.")
        if options["close"] and options["subject"]:
            raise CommandError("--close ends a period with all its subjects: leave --subject out.")
        done = [self._school(school, options) for school in schools(options)]
        if options["period"] and all(one is Did.NOTHING for one in done):
            raise CommandError(f"No school has a period {options['period']!r}.")
        broken = done.count(Did.BROKEN)
        if broken:
            raise CommandError(f"{broken} of the schools could not be finished; see above.")

    def _school(self, school: SchoolId, options: dict[str, Any]) -> Did:
        """Consolidate one school; whatever happens, the others have their turn."""
        try:
            with context.entered(school=school):
                if options["school"] is None and not _has(options["period"]):
                    return Did.NOTHING
                _record(school, options)
                whole = self._told(school, _consolidated(school, options), options)
                return Did.WHOLE if whole else Did.BROKEN
        except LucaError as error:
            self.stderr.write(f"{school}: {error}")
        except Exception as error:  # noqa: BLE001 -- one broken school must not stop the others
            logger.error("school_failed", tenant_id=school, error=type(error).__name__)  # noqa: TRY400 -- a message may carry a person's id
            self.stderr.write(f"{school}: failed with {type(error).__name__}.")
        return Did.BROKEN

    def _told(self, school: SchoolId, report: services.Report, options: dict[str, Any]) -> bool:
        verb = "would be written" if options["dry_run"] else "written"
        self.stdout.write(
            f"{school}: {report.computed} computed, {report.written} {verb}, "
            f"{report.unchanged} unchanged, {report.left} left for the next run, "
            f"{report.failed} failed, {report.seconds} s"
            + (f"; {options['period']} is closed" if report.closed and options["period"] else "")
        )
        whole = report.complete and not report.failed
        return whole and (report.closed or options["dry_run"] or not options["close"])


def _record(school: SchoolId, options: dict[str, Any]) -> None:
    """Say that somebody asked for it; of the nights the grades' own history tells."""
    if not options["dry_run"]:
        about = f"school:{school}"
        if options["period"]:
            about = f"period:{tenants.period(PeriodId(options['period'])).id}"
        audit.record(Action.GRADES_CONSOLIDATED, about, close="yes" if options["close"] else "no")


def schools(options: dict[str, Any]) -> list[SchoolId]:
    """Return the named school, or every one."""
    every = [school.id for school in tenants.schools()]
    if options["school"] is not None and options["school"] not in every:
        raise CommandError(f"There is no school {options['school']!r}.")
    return every if options["school"] is None else [SchoolId(options["school"])]


def _has(period: str | None) -> bool:
    return period is None or any(one.id == period for one in tenants.periods())


def _consolidated(school: SchoolId, options: dict[str, Any]) -> services.Report:
    """Run without a deadline: somebody watches, and may stop it at any moment."""
    quiet = options["no_progress"] or not sys.stderr.isatty()
    with tqdm(desc=str(school), unit="grade", disable=quiet, file=sys.stderr) as bar:

        def tell(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return services.consolidate(
            PeriodId(options["period"]) if options["period"] else None,
            subject=SubjectId(options["subject"]) if options["subject"] else None,
            close=options["close"],
            dry_run=options["dry_run"],
            minutes=float("inf"),
            tell=tell,
        )
