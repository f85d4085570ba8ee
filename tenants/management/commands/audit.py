from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from luca.kernel import context
from luca.kernel.ids import check_school
from tenants import services
from tenants.management.base import SchoolCommand
from tenants.serializers import audit as serializers

FILTERS = ("since", "until", "actor", "action", "about")


class Command(SchoolCommand):
    help = (
        "Show or export who did what in a school, the newest first. "
        "Using it is recorded in that school's log."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--school", required=True)
        parser.add_argument("--since", default="", help="a day, or a time; default: 30 days ago")
        parser.add_argument("--until", default="", help="the last day, or a time; default: now")
        parser.add_argument("--actor", default="", help="a person's id, operator or luca")
        parser.add_argument("--action", default="", help="for example grade.corrected")
        parser.add_argument("--about", default="", help="kind:id, for example student:s1")
        out = parser.add_mutually_exclusive_group()
        out.add_argument("--csv", metavar="FILE", help="write a table for spreadsheets")
        out.add_argument("--jsonl", metavar="FILE", help="write one JSON object a line")

    def work(self, options: dict[str, Any]) -> None:
        with context.entered(school=check_school(options["school"])):
            language = services.school_profile().language
            search = services.audit_search(**{name: options[name] for name in FILTERS})
            found = list(services.every_audit_entry(search))
            services.note_export(search, len(found))
        if options["csv"]:
            table = serializers.as_table(found, language)
            Path(options["csv"]).write_text(table, encoding="utf-8", newline="")
        elif options["jsonl"]:
            lines = serializers.as_lines(found, language)
            Path(options["jsonl"]).write_text(lines, encoding="utf-8")
        else:
            for entry in found:
                one = serializers.shown(entry, language)
                words = (one["at"], one["actor"], one["label"], one["about"], one["reason"])
                self.stdout.write("\t".join(words))
        self.stderr.write(f"{len(found)} entries")
