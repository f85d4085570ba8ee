"""The main job, end to end, on generated or real data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from luca.demo.driver import lake
from luca.demo.driver.console import Console
from luca.demo.driver.generated import Generated
from luca.demo.driver.operator import Failed, NotAHome
from luca.demo.driver.run import TIME_SCALE, Demo, Stuck
from luca.demo.driver.scenario import PASSWORD
from luca.demo.driver.syncing import Unfinished
from luca.demo.driver.university import University
from luca.demo.oulad.tables import BadFiles
from luca.demo.report import assembling
from luca.kernel import clock
from luca.localaws.embedded import CannotStart

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from luca.demo.driver.scenario import Scenario

HOME = Path("var/demo")
TROUBLES = (CannotStart, Failed, NotAHome, Stuck, Unfinished)


class Command(BaseCommand):
    """`manage.py demo`."""

    help = (
        "Play a school year in a fresh home: results, events, the night, the government sync. "
        "Writes report.json and report.html there; ends with 1 if anything does not add up."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, help="a folder with the OULAD tables")
        parser.add_argument("--events", nargs="*", metavar="AAA-2013J", help="as for load_oulad")
        parser.add_argument("--home", type=Path, default=HOME, help="is erased first")
        parser.add_argument("--keep", action="store_true", help="leave the stack running")

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console(self.stdout.write)
        scenario = _scenario(options)
        demo = Demo(scenario, options["home"], console)
        try:
            report = self._play(demo, console)
        except TROUBLES as error:
            raise CommandError(f"The demo could not go on: {error}") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped; the stack goes down too.", returncode=130) from None
        finally:
            if not options["keep"]:
                demo.operator.stack.down()
        self._tell(demo, console, report, keep=options["keep"])
        if not report["ok"]:
            raise CommandError("It does not add up: " + "; ".join(report["findings"][:10]))

    def _play(self, demo: Demo, console: Console) -> dict[str, Any]:
        console.plain(f"Luca's demo on {demo.scenario.name} data in {demo.operator.home}")
        console.plain(
            f"The authority is a simulator; its waits take {TIME_SCALE} of their time "
            f"(GOVSYNC_TIME_SCALE={TIME_SCALE})."
        )
        outcome = demo.play()
        report = assembling.assemble(
            demo.scenario.name, outcome, console.phases, console.seconds, float(TIME_SCALE)
        )
        assembling.write(demo.operator.home, report, outcome.finals)
        return report

    def _tell(self, demo: Demo, console: Console, report: dict[str, Any], *, keep: bool) -> None:
        console.plain()
        for check in report["checks"]:
            mark = "ok" if check["holds"] else "DOES NOT ADD UP"
            console.plain(
                f"  {check['name']:<28}{check['expected']:>12,} {check['left']:<26}"
                f"{check['found']:>12,} {check['right']:<34}{mark}"
            )
        console.plain()
        for label, one in report["latency"].items():
            console.plain(
                f"  {label:<32} p50 {one['p50_ms']:>7,.1f} ms   p95 {one['p95_ms']:>7,.1f} ms"
                f"   of {one['count']:,}"
            )
        console.plain(
            f"  {report['seconds']:,.0f} s in all, {report['peak_memory_mib']:,.0f} MiB at most"
        )
        home = demo.operator.home
        console.plain(f"\nReport: {home / 'report.html'}\n        {home / 'report.json'}")
        console.plain(f"Lake:   {home / lake.PAGE}, or /admin/analytics/")
        if keep:
            console.plain(f"It runs: {demo.api.url}/docs  School admin: {demo.api.url}/admin/")
        else:
            console.plain(f"Open the same state again: LUCA_HOME={_short(home)} make up")
            console.plain("It says where the school admin is; a school_admin may sign in there.")
        console.plain(f"Sample logins, password {PASSWORD}")
        for who, email in demo.scenario.logins():
            console.plain(f"  {email:<40}{who}")


def _scenario(options: dict[str, Any]) -> Scenario:
    now = clock.now()
    if options["data"] is None:
        return Generated(now)
    events = None if options["events"] is None else tuple(options["events"])
    try:
        return University(now, options["data"], events)
    except BadFiles as error:
        raise CommandError(str(error)) from error


def _short(home: Path) -> str:
    here = Path.cwd()
    return str(home.relative_to(here) if home.is_relative_to(here) else home)
