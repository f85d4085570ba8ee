"""What the commands of this app share."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from luca.kernel.errors import LucaError


class SchoolCommand(BaseCommand):
    """A command whose faults are one clear line each, and an exit code of 1."""

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.TENANT_ROLE_ARN:
            raise CommandError(
                "No AWS is configured: set LUCA_HOME=var/local after `make up`, "
                "or the variables of docs/settings.md."
            )
        try:
            self.work(options)
        except LucaError as error:
            faults = [f"  {fault.field}: {fault.message}" for fault in error.errors]
            raise CommandError("\n".join([str(error), *faults])) from error
        except ValueError as error:
            if settings.OVERHEARD:  # it may quote what it could not read
                raise
            raise CommandError(str(error)) from error

    def work(self, options: dict[str, Any]) -> None:
        """Do what the command is for."""
        raise CommandError(f"{type(self).__module__} does nothing.")

    def tell(self, options: dict[str, Any], done: str) -> None:
        """Say what was done, or what would have been."""
        would = "Dry run, nothing was stored. Would have been done: " if options["dry_run"] else ""
        self.stdout.write(self.style.SUCCESS(f"{would}{done}"))
