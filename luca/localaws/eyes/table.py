"""The same as lines for a terminal."""

from collections.abc import Iterator

from luca.localaws.eyes.summary import Row, Summary

WIDE = 58


def lines(summary: Summary) -> Iterator[str]:
    yield f"{'metric':<{WIDE}}{'n':>8}{'sum':>11}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9}"
    for row in summary.rows:
        yield _line(row)
    if not summary.rows:
        yield "Nothing was measured in this time."
    if not summary.asked:
        yield "The embedded AWS does not answer: what it reports of queues is unknown."
    for one in summary.raised:
        yield f"RAISED  {one.alarm.name}: {one.alarm.means}"
    yield f"{len(summary.raised)} of {len(summary.judged)} alarms would be raised now."


def _line(row: Row) -> str:
    name = f"{row.series.name} ({row.series})"
    figures = (row.p50, row.p95, row.p99, row.most)
    shown = "".join(f"{one:>9,.1f}" for one in figures)
    return f"{name:<{WIDE}}{row.count:>8,}{row.total:>11,.1f}{shown}"
