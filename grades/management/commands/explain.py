"""How a grade comes about, without a server: `manage.py explain --rules FILE --scores FILE`."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from grades import rules
from grades.domain import Publish, Result
from grades.management.files import read_json, refused
from luca.kernel.errors import LucaError


class Command(BaseCommand):
    help = "Compute one grade from files and explain it; touches no school and no server."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rules", required=True, metavar="FILE", help="rules as JSON")
        parser.add_argument("--scores", required=True, metavar="FILE", help="results as JSON")
        parser.add_argument("--publish", choices=[*Publish], help="instead of what the rules say")
        parser.add_argument("--language", choices=[*rules.Language], default=rules.Language.EN)
        parser.add_argument("--json", action="store_true", help="the explanation as data")

    def handle(self, *args: Any, **options: Any) -> None:
        written = read_json(options["rules"], "rules")
        scores = read_json(options["scores"], "scores")
        publish = Publish(options["publish"]) if options["publish"] else None
        try:
            found = rules.grade(rules.parse(written), rules.parse_scores(scores), publish)
        except LucaError as error:
            raise refused(error) from error
        self.stdout.write(_told(found, rules.Language(options["language"]), options["json"]))


def _told(found: Result, language: rules.Language, as_data: bool) -> str:  # noqa: FBT001 -- a flag
    told = rules.sentences(found.trace, language)
    if as_data:
        data = {"trace": found.trace, "hash": found.hash, "sentences": told}
        return json.dumps(data, indent=2, ensure_ascii=False)
    flags = [f"! {flag}" for flag in found.flags]
    return "\n".join([*told, *flags, f"sha256 {found.hash}"])
