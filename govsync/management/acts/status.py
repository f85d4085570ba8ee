"""`manage.py govsync status`: how a run stands."""

from argparse import ArgumentParser
from typing import Any

from govsync import services
from govsync.management.acts import campaign
from govsync.management.acts.campaign import add_schools
from govsync.management.acts.common import Out, add_json, add_run, add_watch, in_school, run_of
from govsync.management.acts.showing import show
from govsync.management.acts.watching import watch

HELP = "show a run; default: the last one"


def add_arguments(parser: ArgumentParser) -> None:
    add_schools(parser)
    add_watch(parser)
    add_json(parser)
    add_run(parser)


def perform(out: Out, options: dict[str, Any]) -> None:
    if options["all_schools"]:
        campaign.status(out, options)
        return
    with in_school(out, options):
        run = run_of(options)
        if options["watch"]:
            watch(out, run, as_json=options["json"])
        else:
            show(out, services.progress(run), as_json=options["json"])
