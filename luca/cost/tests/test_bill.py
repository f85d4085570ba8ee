"""The arithmetic by hand, and its laws."""

import json
import re
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luca.cost import prices, usage
from luca.cost.bill import bill
from luca.cost.design import FIGURES, compare, students_for
from luca.cost.workload import HOURS, Unthinkable, Workload

LISTED = prices.read("us-east-1")
D = Decimal
NOBODY = Workload(schools=D(0), students=D(0), events=D(0))
TOWN = Workload(schools=D(10), students=D(5000), events=D(10_000_000))


def changed(**inputs: Any) -> Workload:
    return replace(TOWN, **inputs)


def costs(month: Workload, *names: str) -> Decimal:
    return bill(month, LISTED).of(*names)


@pytest.mark.parametrize(
    ("name", "by_hand"),
    [
        # 10 M events of one unit, 100,000 results of 6, 13,333 grades of 6
        ("table.writes", (10_000_000 + 600_000 + D(80_000)) * D("0.625") / 1_000_000),
        # 10 M events of 700 bytes, 1.2 M results of 900, less 25 GB that are free
        ("table.storage", D(0)),
        ("table.recovery", (7 + D("1.08")) * D("0.20")),
        # 2 M deliveries and 300,000 requests
        ("edge.requests", D("2.3") * D("3.50")),
        ("waf.requests", D("2.3") * D("0.60")),
        # 5,500 people are within the 10,000 that are free
        ("people.active", D(0)),
        # one api all month and a second one 110 hours, a worker, a consumer
        ("fargate.cpu", (730 + 110 + 365 + 365) * D("0.04048")),
        ("fargate.memory", (2 * (730 + 110) + 730 + 730) * D("0.004445")),
        ("network.nat_hours", 730 * D("0.045")),
        ("metrics.kept", (190 - 10) * D("0.30")),
        ("pipes.records", (10_000_000 + 200_000) * D("0.40") / 1_000_000),
        ("delivery.bytes", D(10_200_000) * 5120 / 10**9 * D("0.029")),
        # ten schools, 110 hours of 60 minutes, two tables
        ("delivery.objects", 10 * 110 * 60 * 2 * D("0.005") / 1000),
        # 1.05 GB of rows a month, nine months of it older than three
        ("bucket.archive", D("1.05") * 9 * D("0.004")),
    ],
)
def test_a_town_s_month_by_hand(name: str, by_hand: Decimal) -> None:
    assert costs(TOWN, name) == by_hand.quantize(D("0.01"))


def test_what_costs_by_the_hour_is_paid_without_a_single_school() -> None:
    made = bill(NOBODY, LISTED)

    assert made.by_service()["DynamoDB"] == 0
    assert made.by_service()["Load balancers"] == D("32.85")
    assert made.total > 100


def test_the_total_is_the_sum_of_the_services() -> None:
    made = bill(TOWN, LISTED)

    assert made.total == sum(made.by_service().values())
    assert made.total == sum(line.usd for line in made.lines)


def test_every_price_is_of_use_and_everything_used_has_a_price() -> None:
    used = {
        name
        for runtime in ("ecs", "apprunner")
        for name in usage.quantities(replace(TOWN, runtime=runtime))
    }

    assert used == set(LISTED.prices)
    assert {one.service for one in LISTED.prices.values()} == set(LISTED.services)


def test_app_runner_needs_no_balancer_and_pays_for_processors_when_it_is_asked() -> None:
    runner = replace(TOWN, runtime="apprunner")

    assert costs(runner, "balancer.hours") == 0
    assert costs(runner, "runner.cpu") == (2 * 110 * D("0.064")).quantize(D("0.01"))
    assert costs(runner, "runner.memory") == (2 * (730 + 110) * D("0.007")).quantize(D("0.01"))


def test_a_school_with_metrics_of_its_own_costs_what_its_document_says() -> None:
    """docs/observability.md: $2.40 a school."""
    with_one = replace(TOWN, named_schools=D(1))

    assert costs(with_one, "metrics.kept") - costs(TOWN, "metrics.kept") == D("2.40")


def test_an_alarm_costs_by_the_metrics_that_it_watches() -> None:
    """Those of an expression are several; ten are free."""
    every = json.loads((prices.FILE.parent / "alarms.json").read_text())["alarms"].values()
    watched = sum(len(one.get("metrics", [one])) for one in every)

    assert TOWN.alarms == watched
    assert costs(TOWN, "alarms.kept") == (watched - 10) * D("0.10")


def test_more_requests_than_two_apis_answer_start_a_third() -> None:
    """Six thousand a minute each, in a peak of four times the mean of the school's hours."""
    enough = D(6000 * 2 * 110 * 60) / 4
    crowd = replace(NOBODY, schools=D(1), requests_per_student=D(1))

    assert usage.apis(replace(crowd, students=enough)) == 2
    assert usage.apis(replace(crowd, students=enough + 1)) == 3


MORE = [
    one.name
    for one in fields(Workload)
    if one.name not in {"runtime", "events_per_request", "traced"}
]
inputs = st.decimals(min_value=0, max_value=10**9, places=2)


@given(st.sampled_from(MORE), inputs, inputs)
def test_more_of_anything_is_never_cheaper(name: str, one: Decimal, other: Decimal) -> None:
    less, more = sorted([one, other])
    if name == "warm_hours":
        less, more = less % HOURS, max(less % HOURS, more % HOURS)
    some = D(1) if name in {"schools", "zones"} else D(0)  # there is no month without any
    before = bill(changed(**{name: less + some}), LISTED)
    after = bill(changed(**{name: more + some}), LISTED)

    assert before.total <= after.total


@given(st.integers(min_value=1, max_value=10_000))
def test_events_that_come_together_are_never_dearer(together: int) -> None:
    packed = replace(TOWN, events_per_request=D(together))

    assert (
        bill(packed, LISTED).total <= bill(replace(packed, events_per_request=D(1)), LISTED).total
    )


@given(
    st.sampled_from([one.name for one in fields(Workload)]), st.sampled_from(["-1", "NaN", "inf"])
)
def test_what_no_month_can_be_is_refused(name: str, value: str) -> None:
    value_given: object = "moon" if name == "runtime" else D(value)
    with pytest.raises(Unthinkable, match=rf"--{name.replace('_', '-')} must be"):
        changed(**{name: value_given})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"traced": D("1.1")}, "between 0 and 1"),
        ({"warm_hours": D(731)}, "a month has no more"),
        ({"zones": D(0)}, "1 or more: interface endpoints"),
        ({"events_per_request": D(0)}, "1 or more"),
        ({"schools": D(0)}, "neither students nor events"),
    ],
)
def test_what_contradicts_itself_is_refused(changes: dict[str, Decimal], said: str) -> None:
    with pytest.raises(Unthinkable, match=said):
        changed(**changes)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda one: str(one.usd))
def test_each_figure_of_the_design_is_explained_to_the_cent(figure: object) -> None:
    found = compare(figure, LISTED)  # type: ignore[arg-type]

    assert sum(usd for _, usd in found.parts) == found.ours
    assert all(usd >= 0 for _, usd in found.parts)
    assert all(set(why) == {"en", "es"} for why, _ in found.parts)
    assert all(part.prices for part in found.figure.parts)


def test_the_design_s_figures_are_those_of_the_issue() -> None:
    assert [str(one.usd) for one in FIGURES] == ["45", "800", "13.77"]


def test_no_month_costs_as_little_as_the_least_and_one_costs_as_much_as_at_scale() -> None:
    least, scale, storage = FIGURES

    assert students_for(least, LISTED) is None
    for figure in (scale, storage):
        students = students_for(figure, LISTED)
        assert students is not None
        share = students / figure.reading.students
        month = figure.reading
        scaled = replace(
            month, students=students, events=month.events * share, schools=month.schools * share
        )
        made = bill(scaled, LISTED)
        ours = made.of(*figure.only) if figure.only else made.total
        assert abs(ours - figure.usd) < D("0.50")


def test_the_design_s_storage_is_the_gigabytes_that_its_explanation_says() -> None:
    text = FIGURES[2].parts[0].why["en"]
    found = re.search(r"([0-9.]+) GB at \$([0-9.]+)", text)
    assert found is not None

    assert D(found[1]) * D(found[2]) == D("13.77")
    assert D(found[2]) == LISTED.prices["table.storage"].usd
    assert LISTED.prices["table.storage"].free == 25
