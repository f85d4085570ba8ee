from argparse import ArgumentParser
from typing import Any

from tenants import services
from tenants.management.base import SchoolCommand


class Command(SchoolCommand):
    help = "List the schools of the platform, as the directory knows them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """It takes none."""

    def work(self, options: dict[str, Any]) -> None:
        for school in services.schools():
            self.stdout.write(f"{school.id}\t{school.time_zone}\t{school.name}")
