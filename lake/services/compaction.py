"""Compaction of a school's lake: every night, or when somebody asks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from lake.definition import datasets
from lake.repository import compacting, erasures, holds, letters, partitions
from lake.repository.parquet import Different
from luca.aws import lake, queue
from luca.kernel import context
from luca.kernel.errors import Invalid, LucaError, NotFound
from luca.telemetry import log, metric
from tenants import services as tenants

if TYPE_CHECKING:
    from collections.abc import Callable

    from lake.rules.compacting import Compacted
    from lake.rules.erasing import Order

PARTITION = re.compile(r"([a-z]+)/(\d{4})(?:-(\d\d))?")
logger = log(__name__)


@dataclass(slots=True)
class CompactionReport:
    """What became of a school's partitions."""

    done: list[Compacted] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)  # folder → why
    letters: int = 0  # what was set aside and is erased

    @property
    def damaged(self) -> int:
        return sum(len(one.damaged) for one in self.done)

    @property
    def is_whole(self) -> bool:
        return not (self.failed or self.damaged)


def compact(
    partition: str = "",
    *,
    dry_run: bool = False,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> CompactionReport:
    """Compact every partition of the context's school, or one: `events/2026-10`, `grades/2026`.

    One that cannot be done stops no other. When all are done every order to erase somebody has been
    carried out in every file.
    """
    folders, to_obey, report = _folders(partition), orders(), CompactionReport()
    for number, folder in enumerate(folders):
        tell(number, len(folders))
        if to_obey and holds.get():
            to_obey = ()  # somebody holds the school since it began: nobody leaves it any more
        alive = partial(tell, number, len(folders))  # a large one takes longer than a message hides
        try:
            report.done.append(compacting.compact(folder, to_obey, dry_run=dry_run, tell=alive))
        except (LucaError, Different) as error:
            report.failed[folder] = str(error)
    tell(len(folders), len(folders))
    if not (dry_run or partition or report.failed):
        fresh = set(erasures.open_ones()) & set(to_obey)
        # Letters come late, too. Damaged files are what a school may lack: they go once.
        report.letters = letters.erase(to_obey, unsearchable=bool(fresh))
        erasures.carried_out(to_obey)
    if report.damaged:
        queue.enqueue("lake.fill")  # what the table still knows of their rows
    if not dry_run:
        _log(report)
    return report


def give_up_missing(partition: str) -> tuple[str, ...]:
    """Go on without compacted files of a partition that are gone; return their names."""
    (folder,) = _folders(partition)
    return partitions.give_up_missing(folder)


def orders() -> tuple[Order, ...]:
    """The orders to erase somebody that compaction obeys."""
    return erasures.orders()


def compact_nightly() -> int:
    """Ask a worker to compact each school; return how many were asked."""
    asked = 0
    for school in tenants.schools():
        with context.entered(school=school.id):
            queue.enqueue("lake.compact", group=school.id)
            asked += 1
    return asked


def _folders(partition: str) -> list[str]:
    if not partition:
        return [one for name in sorted(datasets()) for one in lake.folders(name, keeper=True)]
    named = PARTITION.fullmatch(partition)
    if named is None or named[1] not in datasets():
        raise Invalid("A partition is spelled events/2026-10, or grades/2026.")
    month = f"month={named[3]}/" if named[3] else ""
    folder = f"{named[1]}/year={named[2]}/{month}school_id={context.school()}/"
    if not lake.files(folder, keeper=True):
        raise NotFound(f"The lake holds no {partition} of this school.")
    return [folder]


def _log(report: CompactionReport) -> None:
    logger.info(
        "lake_compacted",
        tenant_id=context.school(),
        files=sum(one.files[0] - one.files[1] for one in report.done),
        duplicates=sum(one.duplicates for one in report.done),
        count=sum(one.erased for one in report.done),
        failed=len(report.failed),
    )
    metric("LakeCompactionsFailed", len(report.failed))
