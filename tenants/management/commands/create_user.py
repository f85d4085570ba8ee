import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import CommandError

from luca.kernel import context
from luca.kernel.ids import GuardianId, StudentId, TeacherId, check_school
from tenants import services
from tenants.domain import Guardian, Student, Teacher
from tenants.management.base import SchoolCommand


class Command(SchoolCommand):
    help = (
        "Let a person of a school sign in. The password is asked for, or read from standard "
        "input: a command line is seen by everybody on the machine. Repeating it sets password "
        "and groups anew."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--school", required=True)
        parser.add_argument("--person", required=True, help="the person's id in the school")
        parser.add_argument(
            "--group",
            required=True,
            action="append",
            help="student, guardian, teacher, school_admin…; may be repeated",
        )
        parser.add_argument("--given-name", default="", help="add the person, if given")
        parser.add_argument("--family-name", default="")
        parser.add_argument("--password-stdin", action="store_true")
        parser.add_argument("--dry-run", action="store_true", help="check and store nothing")

    def work(self, options: dict[str, Any]) -> None:
        with context.entered(school=check_school(options["school"])):
            services.school_profile()
            if options["given_name"] and not options["dry_run"]:
                self._add_person(options)
            password = "" if options["dry_run"] else self._password(options)
            services.create_login(
                options["person"],
                options["email"],
                password,
                options["group"],
                dry_run=options["dry_run"],
            )
        groups = ", ".join(sorted(set(options["group"])))
        self.tell(options, f"{options['email']} signs in as {options['person']} ({groups})")

    def _add_person(self, options: dict[str, Any]) -> None:
        person, groups = options["person"], options["group"]
        names = {
            "given_name": options["given_name"],
            "family_name": options["family_name"],
            "email": options["email"],
        }
        if "teacher" in groups:
            services.add_teachers([Teacher(TeacherId(person), **names)])
        if "student" in groups:
            services.add_students([Student(StudentId(person), **names)])
        if "guardian" in groups:
            services.add_guardians([Guardian(GuardianId(person), **names)])

    def _password(self, options: dict[str, Any]) -> str:
        if options["password_stdin"]:
            return sys.stdin.readline().rstrip("\r\n")
        if not sys.stdin.isatty():
            raise CommandError("There is nobody to ask for a password: use --password-stdin.")
        first = getpass(f"Password for {options['email']}: ")
        if getpass("Once more: ") != first:
            raise CommandError("The two passwords differ.")
        return first
