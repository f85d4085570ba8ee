from argparse import ArgumentParser
from datetime import date
from typing import Any

from luca.aws.audit import Action
from luca.kernel import context
from luca.kernel.ids import PeriodId, check_school
from tenants import services
from tenants.domain import Period
from tenants.management.base import SchoolCommand


class Command(SchoolCommand):
    help = "Add a period to a school, or change its name and dates. Its state stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("period", help="its id, for example 2026-1")
        parser.add_argument("--school", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--starts", required=True, help="YYYY-MM-DD")
        parser.add_argument("--ends", required=True, help="YYYY-MM-DD")
        parser.add_argument("--dry-run", action="store_true", help="check and store nothing")

    def work(self, options: dict[str, Any]) -> None:
        starts, ends = (_day(name, options[name]) for name in ("starts", "ends"))
        with context.entered(school=check_school(options["school"])):
            services.school_profile()
            period = services.save_period(
                Period(PeriodId(options["period"]), options["name"], starts, ends),
                dry_run=options["dry_run"],
                act=Action.PERIOD_CHANGED,
            )
        self.tell(
            options, f"period {period.id} from {starts} to {ends}, which is {period.state.value}"
        )


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{name}: {text!r} is not a date, such as 2026-08-24.") from None
