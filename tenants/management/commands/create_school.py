from argparse import ArgumentParser
from typing import Any

from luca.kernel.ids import check_school
from tenants import services
from tenants.domain import LANGUAGE, TIME_ZONE, School
from tenants.management.base import SchoolCommand


class Command(SchoolCommand):
    help = "Add a school to the platform. Repeating it with the same data changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("school", help="its id: a-z, 0-9, _ and -, at most 63")
        parser.add_argument("--name", required=True)
        parser.add_argument("--cct", default="", help="the ministry's code of the school")
        parser.add_argument("--time-zone", default=TIME_ZONE)
        parser.add_argument("--language", default=LANGUAGE, choices=["es-mx", "en"])
        parser.add_argument(
            "--require-totp", action="store_true", help="staff must use an authenticator app"
        )
        parser.add_argument("--dry-run", action="store_true", help="check and store nothing")

    def work(self, options: dict[str, Any]) -> None:
        school = School(
            check_school(options["school"]),
            options["name"],
            cct=options["cct"],
            time_zone=options["time_zone"],
            language=options["language"],
            staff_totp=options["require_totp"],
        )
        made = services.create_school(school, dry_run=options["dry_run"])
        for doubt in services.doubts(made):
            self.stderr.write(self.style.WARNING(doubt))
        self.tell(options, f"school {made.id} ({made.name}, {made.time_zone})")
