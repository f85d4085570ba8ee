"""Causes on the screen: what several records have in common, and what to do about it."""

from collections.abc import Iterable

from govsync.management.acts.common import Out
from govsync.rules import Cause


def show_causes(out: Out, found: Iterable[Cause]) -> None:
    """One cause after the other, each with what to do in both languages."""
    for one in found:
        what = " ".join(filter(None, [one.code or "-", one.subject]))
        out.stdout.write(f"{what} -> {one.records} records ({one.state.value})")
        out.stdout.write(f"    {one.advice.es}")
        out.stdout.write(f"    {one.advice.en}")
        out.stdout.write(f"    records, {len(one.sample)} of them: {', '.join(one.sample)}")
