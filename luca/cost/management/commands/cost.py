"""`manage.py cost`: what a month in AWS costs, service by service, beside the design's figures."""

import json
from dataclasses import asdict, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from luca.cost import prices, words
from luca.cost.bill import Bill, bill
from luca.cost.design import FIGURES, Comparison, compare
from luca.cost.workload import Unthinkable, Workload, option


class Command(BaseCommand):
    help = "Say what a month in AWS costs, by service, with prices and date. Asks AWS nothing."
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """What is mistyped is one line, without forty options before it."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.print_usage = lambda _file=None: None  # type: ignore[method-assign, assignment]
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        for one in fields(Workload):
            text = f"{one.metadata.get('help', 'what the api runs on: ecs, apprunner')}"
            parser.add_argument(
                f"--{option(one.name)}",
                default=str(one.default),
                metavar="N",
                help=f"{text} ({one.default})",
            )
        parser.add_argument("--region", default="us-east-1", help="whose prices (us-east-1)")
        parser.add_argument("--prices", default=str(prices.FILE), help="another list of prices")
        parser.add_argument(
            "--design", action="store_true", help="the design's figures beside ours"
        )
        parser.add_argument("--language", choices=["es-mx", "en"], default="en")
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            listed = prices.read(options["region"], Path(options["prices"]))
            made = bill(_workload(options), listed)
            beside = [compare(one, listed) for one in FIGURES] if options["design"] else []
        except Unthinkable as error:
            raise CommandError(str(error)) from error
        language = options["language"].partition("-")[0]
        if options["json"]:
            lines = [json.dumps(_as_json(made, beside, language), indent=2, ensure_ascii=False)]
        else:
            lines = [*words.table(made, language)]
            lines += words.comparisons(beside, language) if beside else []
        self.stdout.write("\n".join(lines))


def _workload(options: dict[str, Any]) -> Workload:
    chosen: dict[str, Any] = {}
    for one in fields(Workload):
        text = options[one.name]
        chosen[one.name] = text if one.name == "runtime" else _number(one.name, text)
    for one in fields(Workload):
        if one.metadata.get("whole") and not _is_whole(chosen[one.name]):
            raise Unthinkable(f"--{option(one.name)} must be a whole number.")
    return Workload(**chosen)


def _is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


def _number(name: str, text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite() or value < 0:
        raise Unthinkable(f"--{option(name)} must be a number, 0 or more, not {text!r}.")
    return value


def _as_json(made: Bill, beside: list[Comparison], language: str) -> dict[str, Any]:
    month = asdict(made.month)
    found: dict[str, Any] = {
        "region": made.list.region,
        "as_of": made.list.as_of,
        "note": made.list.comment,
        "inputs": {name: str(value) for name, value in month.items()},
        "services": {name: str(usd) for name, usd in made.by_service().items()},
        "lines": [
            {
                "price": line.price.name,
                "service": line.price.service,
                "what": line.price.what[language],
                "quantity": str(line.quantity.normalize()),
                "unit": line.price.unit[language],
                "usd": str(line.usd),
            }
            for line in made.lines
        ],
        "total_usd": str(made.total),
    }
    if beside:
        found["design"] = [
            {
                "name": one.figure.name[language],
                "design_usd": str(one.figure.usd),
                "ours_usd": str(one.ours),
                "parts": {why[language]: str(usd) for why, usd in one.parts},
                "students_for_the_same": None if one.reached is None else str(one.reached),
            }
            for one in beside
        ]
    return found
