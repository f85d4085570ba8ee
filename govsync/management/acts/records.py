"""`manage.py govsync records`: the records of a run, by their ids."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from govsync import services
from govsync.domain import Record, State
from govsync.management.acts.common import Out, add_run, add_school, in_school, run_of
from govsync.serializers import ledger

HELP = "list the records of a run, each with its state and why; no names"
MANY = 1000  # that are read at once


def add_arguments(parser: ArgumentParser) -> None:
    add_school(parser)
    add_run(parser)
    parser.add_argument("--state", choices=[one.value for one in State], help="only these")
    parser.add_argument("--limit", type=int, default=100, help="default: 100; 0: all")
    parser.add_argument("--json", action="store_true", help="for programs, with the history")


def perform(out: Out, options: dict[str, Any]) -> None:
    if options["limit"] < 0:
        raise ValueError("--limit is a number of records, or 0 for all.")
    with in_school(out, options):
        state = State(options["state"]) if options["state"] else None
        shown = 0
        for batch, record in _all(run_of(options), state):
            if shown and shown == options["limit"]:
                out.stderr.write("More follow; --limit 0 lists all.")
                return
            out.stdout.write(
                json.dumps(ledger.record(batch, record))
                if options["json"]
                else _line(batch, record)
            )
            shown += 1
        if not shown and not options["json"]:
            out.stdout.write("No records.")


def _all(run: str, state: State | None) -> Iterator[tuple[str, Record]]:
    start = None
    while True:
        found, start = services.records_page(run, state, limit=MANY, start=start)
        yield from found
        if start is None:
            return


def _line(batch: str, one: Record) -> str:
    why = f"  {one.reason}" if one.reason else ""
    return f"{one.id}  {batch}  {one.student}  {one.subject}  {one.state.value}{why}"
