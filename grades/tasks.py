"""Background doors into grades: parse, call one service. All are safe to run twice."""

from collections.abc import Callable, Mapping
from typing import Any

from grades import services
from grades.serializers import printing, simulations
from luca.aws import jobs
from luca.aws.tasks import kept_hidden, platform_task, school_task
from luca.kernel.ids import PeriodId, SubjectId
from tenants.domain import Course


@platform_task(name="grades.nightly")
def nightly() -> None:
    """Begin the night of every school whose two o'clock has passed."""
    services.nightly()


@school_task(name="grades.consolidate", bind=True)
def consolidate(
    self: Any, *, period: str = "", close: str = "", night: str = "", job: str = ""
) -> None:
    """Consolidate one school; a run that has no time left sends the next one on its way."""
    alive = kept_hidden(self)
    if job:
        services.consolidate_as_asked(job, alive)
    elif night:
        services.consolidate_the_night(night, tell=lambda _done, _all: alive())
    else:
        services.consolidate_and_go_on(
            PeriodId(period) if period else None,
            close=bool(close),
            tell=lambda _done, _all: alive(),
        )


@school_task(name="grades.report_cards", bind=True)
def report_cards(self: Any, *, job: str) -> None:
    """Print report cards into one file."""
    jobs.run(job, _printed, kept_hidden(self))


def _printed(asked: Mapping[str, str], tell: Callable[[int, int], None]) -> jobs.Result:
    cards = services.report_cards(
        PeriodId(asked["period"]),
        student=asked.get("student", ""),
        group=asked.get("group", ""),
        tell=tell,
    )
    content = printing.pdf(cards, asked["language"])
    provisional = sum(not card.is_official for card in cards)
    return jobs.Result(
        {"cards": len(cards), "provisional": provisional},
        jobs.File("report-cards.pdf", printing.CONTENT_TYPE, content),
    )


@school_task(name="grades.simulate_rules", bind=True)
def simulate_rules(self: Any, *, job: str) -> None:
    """Compute what rules would change, and write nothing but the report."""
    jobs.run(job, _simulated, kept_hidden(self))


def _simulated(asked: Mapping[str, str], tell: Callable[[int, int], None]) -> jobs.Result:
    head, report = simulations.report(services.simulation_asked(asked), tell)
    return jobs.Result(head, jobs.File(simulations.FILE, simulations.KIND, report))


@school_task(name="grades.group_changed")
def group_changed(*, subject: str, period: str) -> None:
    """Somebody attends a course in another group: what is asked of one group may be others'."""
    services.group_changed(Course(SubjectId(subject), PeriodId(period)))
