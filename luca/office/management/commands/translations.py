"""`manage.py translations`: compile the catalogues, and list what nobody has translated."""

from typing import Any

import polib
from django.core.management.base import BaseCommand, CommandError, CommandParser

from luca.dynadmin import saying
from luca.office import catalogues, texts
from luca.office.texts import Text


class Command(BaseCommand):
    help = "Compile the translations, and print what has none as entries of a catalogue."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--app", help="only this one's: grades, luca/dynadmin, theme, ...")

    def handle(self, *args: Any, **options: Any) -> None:
        catalogues.compile_all()
        saying.read_again()
        missing = texts.untranslated([*texts.ours(), *texts.theirs()])
        shown = [one for one in missing if options["app"] in {None, one.owner}]
        for one in shown:
            self.stdout.write(_entry(one))
        if shown:
            raise CommandError(f"{len(shown)} texts are in no Spanish catalogue.")
        self.stdout.write("Every text has its Spanish.")


def _entry(text: Text) -> str:
    entry = polib.POEntry(msgid=text.text, comment=f"{text.owner} {text.where}")
    entry.msgctxt = text.context or None
    if text.plural:
        entry.msgid_plural, entry.msgstr_plural = text.plural, {0: "", 1: ""}
    return str(entry)
