import json
import tempfile
from argparse import REMAINDER, ArgumentParser
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from luca.kernel.errors import Invalid
from luca.privacy import sealing
from luca.telemetry import described

SAID = "said.txt"  # what the command printed
# The commands whose outcome belongs to the asker alone, and the file that each leaves.
LEAVES = {"export_person": "person.zip", "erase_person": "certificate.json", "integrator": ""}


class Command(BaseCommand):
    help = (
        "Run export_person, erase_person or integrator and print what it says and leaves, sealed "
        "for whoever has the certificate's key. deploy/manage.sh calls it on AWS, where a log is "
        "all that a command leaves behind; --out is added. Exit codes are the command's own."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("certificate", help="RSA, DER in base64")
        parser.add_argument("command", choices=sorted(LEAVES))
        parser.add_argument("words", nargs=REMAINDER, help="the command's own arguments")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            to = sealing.recipient(options["certificate"])
        except Invalid as error:
            raise CommandError(str(error)) from error
        said = StringIO()
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, LEAVES[options["command"]] or SAID)
            out = [f"--out={file}"] if LEAVES[options["command"]] else []
            try:
                call_command(options["command"], *options["words"], *out, stdout=said)
            except CommandError:
                raise
            except Exception as error:  # noqa: BLE001 -- its message would be in a log that others read
                told = json.dumps(described(error))
                raise CommandError(f"{options['command']} broke: {told}") from None
            left = {file.name: file.read_bytes()} if file.exists() else {}
        text = said.getvalue().encode()
        for line in sealing.lines(to, {SAID: text, **left}):
            self.stdout.write(line)
