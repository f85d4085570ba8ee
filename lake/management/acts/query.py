"""Ask the lake a named question about a school."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

from lake import services
from luca.kernel import clock, context
from luca.kernel.errors import Invalid, NotFound
from tenants import services as tenants

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterable

    from django.core.management.base import OutputWrapper

    from lake.domain import Answer, Plan, Question

HELP = "ask a named question about a school"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help="of the question; --list shows all")
    parser.add_argument("--list", action="store_true", help="the questions and what they take")
    parser.add_argument("--school")
    parser.add_argument("--since", default="", help="first day; default: a year before the last")
    parser.add_argument("--until", default="", help="last day, included; default: today")
    parser.add_argument(
        "--param", action="append", default=[], metavar="NAME=VALUE", help="as --list shows"
    )
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table")
    parser.add_argument("--dry-run", action="store_true", help="the statement and the files only")


def run(options: dict[str, Any], out: OutputWrapper) -> None:
    if options["list"]:
        out.write("\n".join(line for one in services.questions() for line in _described(one)))
        return
    if not (options["name"] and options["school"]):
        raise Invalid("A question and --school are needed; --list shows the questions.")
    if options["school"] not in [school.id for school in tenants.schools()]:
        raise NotFound(f"There is no school {options['school']!r}.")
    with context.entered(school=options["school"]):
        found = services.plan(options["name"], _params(options))
        if options["dry_run"]:
            out.write("\n".join(_planned(found)))
            return
        out.write("\n".join(WAYS[options["format"]](services.run(found))))


def _params(options: dict[str, Any]) -> dict[str, str]:
    given = {name: options[name] for name in ("since", "until") if options[name]}
    for one in options["param"]:
        name, equals, value = one.partition("=")
        if not equals:
            raise Invalid(f"--param takes NAME=VALUE, not {one!r}.")
        given[name] = value
    return given


def _described(one: Question) -> Iterable[str]:
    yield f"{one.name}: {one.about.en}"
    for each in one.parameters:
        bounds = "" if each.least is None else f", {each.least} to {each.most}"
        usual = f", {each.default} unless given" if each.default else ""
        yield f"  --param {each.name}=  {each.about.en} ({each.kind}{bounds}{usual})"


def _planned(found: Plan) -> Iterable[str]:
    yield found.draft.sql
    yield ""
    yield from (f"{size:>12}  {name}" for name, size in found.files.items())
    yield _read(len(found.files), found.bytes)


def _table(answer: Answer) -> Iterable[str]:
    rows = [tuple("" if one is None else str(one) for one in row) for row in answer.rows]
    lines = [answer.columns, *rows]
    widths = [max(len(line[n]) for line in lines) for n in range(len(answer.columns))]
    left = [not _is_number(answer, n) for n in range(len(answer.columns))]
    for line in lines:
        cells = zip(line, widths, left, strict=True)
        shown = [one.ljust(width) if text else one.rjust(width) for one, width, text in cells]
        yield "  ".join(shown).rstrip()
    yield f"{_many(len(answer.rows), 'row')}; {_read(answer.scanned_files, answer.scanned_bytes)}"
    if answer.damaged:
        yield f"{_many(len(answer.damaged), 'damaged file')} left out: {', '.join(answer.damaged)}"


def _is_number(answer: Answer, place: int) -> bool:
    return any(isinstance(row[place], int | float) for row in answer.rows)


def _csv(answer: Answer) -> Iterable[str]:
    lines: list[str] = []
    writer = csv.writer(_Lines(lines), lineterminator="")
    writer.writerow(answer.columns)
    writer.writerows(answer.rows)
    return lines


class _Lines:
    """What csv writes, line by line."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append


def _json(answer: Answer) -> Iterable[str]:
    told = {
        "query": answer.question.name,
        "params": answer.values,
        "as_of": clock.stamp(answer.as_of),
        "seconds": round(answer.seconds, 3),
        "scanned_files": answer.scanned_files,
        "scanned_bytes": answer.scanned_bytes,
        "damaged": answer.damaged,
        "items": [dict(zip(answer.columns, row, strict=True)) for row in answer.rows],
    }
    yield json.dumps(told, ensure_ascii=False, indent=2)


def _read(files: int, size: int) -> str:
    return f"{_many(files, 'file')} read, {_many(size, 'byte')}."


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


WAYS = {"table": _table, "csv": _csv, "json": _json}
