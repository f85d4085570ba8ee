"""The operator's hand on programs that act for a school."""

from argparse import ArgumentParser
from typing import TYPE_CHECKING, Any

from luca.aws.integrators import SCOPES
from luca.kernel import context
from luca.kernel.ids import check_school
from tenants import services
from tenants.management.base import SchoolCommand

if TYPE_CHECKING:
    from collections.abc import Callable


class Command(SchoolCommand):
    help = "Give programs of a school (its library, its accounting) tokens of their own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        create = acts.add_parser("create", help="make a client; its secret is shown once")
        create.add_argument("name", help="what people call the program")
        create.add_argument(
            "--scope",
            action="append",
            required=True,
            choices=list(SCOPES),
            help="may be repeated",
        )
        acts.add_parser("list", help="show the clients of a school")
        rotate = acts.add_parser("rotate", help="make a second client, to change the secret")
        disable = acts.add_parser("disable", help="take a client's rights away, within a minute")
        disable.add_argument("--reason", default="")
        for one in (rotate, disable):
            one.add_argument("client", help="the client's id")
        for one in acts.choices.values():
            one.add_argument("--school", required=True)
        for one in (create, rotate, disable):
            one.add_argument("--dry-run", action="store_true", help="check and store nothing")

    def work(self, options: dict[str, Any]) -> None:
        act: Callable[[dict[str, Any]], None] = getattr(self, f"_{options['act']}")
        with context.entered(school=check_school(options["school"])):
            services.school_profile()
            act(options)

    def _create(self, options: dict[str, Any]) -> None:
        made = services.add_integrator(
            options["name"], options["scope"], dry_run=options["dry_run"]
        )
        self._show(options, made)

    def _rotate(self, options: dict[str, Any]) -> None:
        self._show(options, services.rotate_integrator(options["client"], dry_run=_dry(options)))
        if not _dry(options):
            self.stdout.write(f"When the program uses it: integrator disable {options['client']}")

    def _disable(self, options: dict[str, Any]) -> None:
        found = services.disable_integrator(
            options["client"], reason=options["reason"], dry_run=_dry(options)
        )
        self.tell(options, f"client {found.client} ({found.name}) is disabled within a minute")

    def _list(self, _options: dict[str, Any]) -> None:
        for one in services.list_integrators():
            state = "enabled" if one.enabled else "disabled"
            self.stdout.write(f"{one.client}\t{state}\t{one.name}\t{' '.join(sorted(one.scopes))}")

    def _show(self, options: dict[str, Any], made: services.Made) -> None:
        if not _dry(options):
            self.stdout.write(f"client_id: {made.integrator.client}")
            self.stdout.write(f"client_secret: {made.secret}")
            self.stdout.write("The secret is not shown again.")
        scopes = ", ".join(sorted(made.integrator.scopes))
        self.tell(options, f"client for {made.integrator.name} ({scopes})")


def _dry(options: dict[str, Any]) -> bool:
    return bool(options["dry_run"])
