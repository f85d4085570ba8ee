"""What a month of schools is, in numbers that somebody can dispute."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

HOURS = Decimal(730)  # of a month


class Unthinkable(ValueError):
    """A number that no month can have; one line says which."""


def given(default: str, help: str, *, whole: bool = False) -> Any:  # noqa: A002 -- what argparse calls it
    """Declare an input with its default and what it means."""
    return field(default=Decimal(default), metadata={"help": help, "whole": whole})


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A month's inputs. Every one is an option of the command, by its name."""

    schools: Decimal = given("1", "schools", whole=True)
    students: Decimal = given("500", "students of all schools together", whole=True)
    events: Decimal = given("1000000", "behaviour events a month, of all schools", whole=True)

    # What people do
    people_per_student: Decimal = given("1.1", "people who sign in, for each student")
    results_per_student: Decimal = given("20", "results recorded a month")
    requests_per_student: Decimal = given("60", "requests a month, events not counted")
    subjects: Decimal = given("8", "subjects of a student, a grade each at the period's end")
    questions_per_school: Decimal = given("40", "questions to the lake a month")
    events_per_request: Decimal = given("5", "events that one request brings")
    warm_hours: Decimal = given("110", "school hours a month: five a day, 22 days")

    # What that is in bytes and calls
    event_bytes: Decimal = given("700", "of one event in the table")
    result_bytes: Decimal = given("900", "of one result with its history and its index entries")
    answer_bytes: Decimal = given("6000", "of one answer")
    writes_per_result: Decimal = given("6", "write units: the result, its indexes, its grade")
    reads_per_request: Decimal = given("4", "read units")
    lake_event_bytes: Decimal = given("105", "of one event in the lake (docs/lake-speed.md)")
    log_bytes_per_request: Decimal = given("1600", "of its line and its measurements")

    # How long things are kept
    event_days: Decimal = given("30", "days that an event stays in the table")
    result_months: Decimal = given("12", "months of results in the table")
    lake_months: Decimal = given("12", "months that the lake has gathered")
    log_days: Decimal = given("30", "days that logs are kept")

    # How it is deployed
    runtime: str = "ecs"
    zones: Decimal = given("1", "ways out of the private network (NAT); 2: one for each zone")
    waf_rules: Decimal = given("7", "rules and groups of rules of the WAF")
    metrics: Decimal = given("190", "metrics without a school: operations, services, causes")
    named_schools: Decimal = given("0", "schools with metrics of their own, 8 each")
    alarms: Decimal = given("71", "metrics that alarms watch")
    traced: Decimal = given("0.05", "part of the requests that is traced, 0 to 1")

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, Decimal) and not (value.is_finite() and value >= 0):
                raise Unthinkable(f"--{option(one.name)} must be a number, 0 or more.")
        for wrong, why in self._contradictions():
            if wrong:
                raise Unthinkable(why)

    def _contradictions(self) -> Iterator[tuple[bool, str]]:
        yield self.runtime not in {"ecs", "apprunner"}, "--runtime must be ecs or apprunner."
        yield self.traced > 1, "--traced must be between 0 and 1."
        too_warm = self.warm_hours > HOURS
        yield too_warm, f"--warm-hours must be at most {HOURS}: a month has no more."
        yield self.zones < 1, "--zones must be 1 or more: interface endpoints are not counted here."
        yield self.events_per_request < 1, "--events-per-request must be 1 or more."
        homeless = self.schools == 0 and self.students + self.events > 0
        yield homeless, "--schools 0 has neither students nor events: give 0 for them too."


def option(name: str) -> str:
    return name.replace("_", "-")
