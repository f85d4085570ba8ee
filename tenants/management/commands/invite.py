import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from luca.kernel import context
from luca.kernel.ids import PersonId, check_school
from tenants import services
from tenants.domain.accounts import NewInvitation
from tenants.management.base import SchoolCommand

MOST_ROWS = 20_000  # nobody waits behind a gateway


class Command(SchoolCommand):
    help = (
        "Invite people of a school to sign in: everybody a CSV file names (columns person, email, "
        "groups), or one person. A worker makes the accounts and the user pool mails passwords."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", help="a CSV file; - reads standard input")
        parser.add_argument("--school", required=True)
        parser.add_argument("--email", help="instead of a file: the address of one person")
        parser.add_argument("--person", help="that person's id in the school")
        parser.add_argument("--group", action="append", default=[], help="may be repeated")
        parser.add_argument("--partial", action="store_true", help="invite the good rows")
        parser.add_argument("--dry-run", action="store_true", help="check and store nothing")

    def work(self, options: dict[str, Any]) -> None:
        with context.entered(school=check_school(options["school"])):
            services.school_profile()
            if options["file"] and not options["email"]:
                self._invite_all(options)
            elif options["email"] and options["person"] and options["group"]:
                self._invite_one(options)
            else:
                raise CommandError("Name a file, or --email, --person and --group.")

    def _invite_one(self, options: dict[str, Any]) -> None:
        new = NewInvitation(
            PersonId(options["person"]), options["email"], frozenset(options["group"])
        )
        if options["dry_run"]:
            self._refuse(services.invite_all([new], dry_run=True).refused)
        else:
            services.invite(new)
        self.tell(options, f"{new.person} is invited; a worker sends the mail")

    def _refuse(self, refused: Any) -> None:
        faults = [f"  {one.field}: {one.message}" for found in refused.values() for one in found]
        if faults:
            raise CommandError("\n".join(["The invitation cannot be made.", *faults]))

    def _invite_all(self, options: dict[str, Any]) -> None:
        found = services.invite_table(
            _content(options["file"]),
            dry_run=options["dry_run"],
            partial=options["partial"],
            most_rows=MOST_ROWS,
        )
        for fault in found.faults:
            where = f"line {fault.line}" + (f", {fault.column}" if fault.column else "")
            self.stderr.write(f"{where}: {fault.cause.es} / {fault.cause.en}")
        if found.faults and not options["partial"]:
            raise CommandError(f"{len(found.faults)} faults; nothing was stored.")
        self.tell(
            options,
            f"{found.invited} of {found.rows} are invited, {found.unchanged} were so already",
        )


def _content(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise CommandError(f"The file cannot be read: {error.strerror}.") from error
