"""What a simulation says is what publishing and consolidating then really give."""

import csv
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError

from grades import services
from grades.domain import Assessment, NewEvaluation, Status
from grades.repository import grades
from grades.serializers import simulations
from grades.services import simulating
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    CARLA,
    COURSE,
    EXAM,
    FIRST_A,
    FIRST_B,
    MATHS,
    given,
    waiting,
)
from grades.tests.test_commands import run
from grades.tests.test_oracles import DATA, _university
from luca.aws import store
from luca.aws.table import TenantItem
from luca.kernel import context
from luca.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from luca.kernel.ids import AssessmentId, StudentId
from luca.kernel.iterate import chunks
from tenants import services as tenants
from tenants.domain import Course, Enrolment, Student

BEFORE = {
    "weights": {"exam": 0.6, "homework": 0.4},
    "min_passing": 60,
    "letters": {"A": 80, "C": 0},
}
TRIED = [
    {**BEFORE, "weights": {"exam": 0.3, "homework": 0.7}},
    {**BEFORE, "drop_lowest": {"homework": 1}, "late": {"percent": 10, "every": "day"}},
    {**BEFORE, "rounding": "truncate", "places": 0, "publish": "final", "missing": 30},
    {**BEFORE, "minimums": {"exam": 50}, "aggregation": "mean_of_ratios", "cap": "none"},
    {"weighting": "items", "scale": {"lowest": 5, "highest": 10}, "min_passing": 6, "floor": 6},
]


def simulated(by: Any) -> dict[str, Any]:
    head, content = simulations.report(services.simulation(COURSE, by), lambda *_: None)
    found: dict[str, Any] = json.loads(content)
    assert {name: found[name] for name in head} == json.loads(json.dumps(head))
    return found


def shown() -> dict[str, tuple[Any, ...]]:
    """What the consolidated grades say: number, verdict and letter."""
    students = [one.student for one in tenants.roster(*_course())]
    told = {}
    for student, grade in grades.several(students, COURSE).items():
        version = grades.version(student, COURSE, grade.version)
        assert version is not None
        letter = version.trace["result"].get("letter")
        told[student] = (None if grade.score is None else str(grade.score), grade.verdict, letter)
    assert len(told) == len(students)
    return told


def _course() -> tuple[Any, Any]:
    return MATHS, AUTUMN


def side(report: dict[str, Any], name: str) -> dict[str, tuple[Any, ...]]:
    return {
        row["student"]: (row[name]["score"], row[name]["verdict"], row[name]["letter"])
        for row in report["rows"]
    }


def check_comes_true(by: Any) -> dict[str, Any]:
    """Simulate, then publish and consolidate: the same, student by student."""
    report = simulated(by)
    services.consolidate()
    was = shown()
    assert side(report, "before") == was
    published = services.publish_rules(MATHS, by).version
    assert report["rules"]["after"]["version"] == published.number
    services.consolidate()
    now = shown()
    assert side(report, "after") == now
    changed = [one for one in now if _plain(now[one]) != _plain(was[one])]
    assert report["summary"]["changed"] == len(changed)
    assert {row["student"] for row in report["rows"] if row["changed"]} == set(changed)
    return report


def _plain(told: tuple[Any, ...]) -> tuple[Any, ...]:
    return (None if told[0] is None else Decimal(told[0]), *told[1:])


def record(rows: Iterable[NewEvaluation]) -> None:
    for some in chunks(list(rows), 100):
        refused = [one.error for one in services.record(None, some) if one.error]
        assert refused == []


def enrol(names: Iterable[str]) -> list[StudentId]:
    students = [StudentId(name) for name in names]
    tenants.add_students([Student(one, "Ana") for one in students])
    groups = (FIRST_A, FIRST_B)
    tenants.enrol(MATHS, AUTUMN, [Enrolment(one, groups[n % 2]) for n, one in enumerate(students)])
    return students


def made_up(random: Random) -> None:
    """A course with everything that an engine must know: late, excused, missing, extra, groups."""
    now = datetime.now(UTC)
    asked = [
        Assessment(AssessmentId("e-1"), type="exam", weight=Decimal(3)),
        Assessment(AssessmentId("e-2"), type="exam", max=Decimal(20), group=FIRST_B),
        Assessment(AssessmentId("h-1"), type="homework", due=now - timedelta(days=3)),
        Assessment(AssessmentId("h-2"), type="homework", max=Decimal(7)),
        Assessment(AssessmentId("h-3"), type="homework", due=now + timedelta(days=30)),
        Assessment(AssessmentId("x-1"), type="homework", max=Decimal(5), extra_credit=True),
        Assessment(AssessmentId("u-1"), type="exam", published=False),
    ]
    services.save_assessments(MATHS, AUTUMN, asked)
    students = enrol(f"s-{n:02d}" for n in range(21))
    record(
        NewEvaluation(
            student,
            MATHS,
            AUTUMN,
            one.id,
            points(random, one) if status is Status.GRADED else None,
            status=status,
            submitted_at=now - timedelta(hours=random.randrange(90)) if one.due else None,
        )
        for n, student in enumerate(students)
        for one in asked
        if one.group in {"", (FIRST_A, FIRST_B)[n % 2]} and random.random() < 0.8
        for status in [random.choice([Status.GRADED] * 5 + [Status.EXEMPT, Status.MISSING])]
    )


def points(random: Random, of: Assessment) -> Decimal:
    return random.randrange(int(of.max) * 4 + 1) / Decimal(4)


@pytest.mark.usefixtures("north")
@pytest.mark.parametrize("n", range(len(TRIED)))
def test_what_is_simulated_comes_true(n: int) -> None:
    services.publish_rules(MATHS, BEFORE)
    made_up(Random(n))  # noqa: S311 -- the same school every time
    report = check_comes_true(TRIED[n])
    assert report["summary"]["students"] == 24
    assert report["summary"]["changed"] > 0
    assert report["rules"]["before"]["version"] == 1


@pytest.mark.slow
@pytest.mark.usefixtures("north")
def test_what_is_simulated_of_a_real_university_comes_true() -> None:
    if not (DATA / "oulad").is_dir():
        pytest.skip("../shared/data/oulad is missing: NOT ONE real result was simulated")
    asked, done = _university()
    of = max(asked, key=lambda one: (len({a.type for a in asked[one]}), len(asked[one]), one))
    services.save_assessments(MATHS, AUTUMN, asked[of])
    found = sorted(student for student in done if student[:2] == of)[:40]
    students = enrol(f"u-{student}" for _, _, student in found)
    record(
        NewEvaluation(name, MATHS, AUTUMN, one.assessment, one.score)
        for name, key in zip(students, found, strict=True)
        for one in done[key]
    )
    services.publish_rules(MATHS, {"min_passing": 40})
    report = check_comes_true(
        {"weights": {"TMA": 0.9, "CMA": 0.1}, "min_passing": 60, "drop_lowest": {"TMA": 1}}
    )
    assert report["summary"]["students"] == len(found) + 3
    assert report["summary"]["crossed"]["down"] > 0


@pytest.mark.usefixtures("north")
def test_what_is_simulated_of_a_real_class_comes_true() -> None:
    file = DATA / "uci" / "student-mat.csv"
    if not file.is_file():
        pytest.skip(f"{file.name} is missing: NOT ONE real class was simulated")
    with file.open(newline="") as lines:
        found = [row for row in csv.DictReader(lines, delimiter=";") if row["school"] == "MS"]
    terms = {name: AssessmentId(name.lower()) for name in ("G1", "G2", "G3")}
    services.save_assessments(
        MATHS, AUTUMN, [Assessment(one, type=one, max=Decimal(20)) for one in terms.values()]
    )
    students = enrol(f"m-{n:02d}" for n in range(len(found)))
    record(
        NewEvaluation(student, MATHS, AUTUMN, one, Decimal(row[name]))
        for student, row in zip(students, found, strict=True)
        for name, one in terms.items()
    )
    services.publish_rules(MATHS, {"min_passing": 50})
    weights = {"g1": "20%", "g2": "30%", "g3": "50%"}
    report = check_comes_true({"weights": weights, "min_passing": 50, "drop_lowest": 0})
    assert report["summary"]["students"] == 46 + 3


@pytest.mark.usefixtures("north")
def test_a_simulation_reads_no_more_students_at_a_time_than_it_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(simulating, "AT_ONCE", 2)
    given(ADA, 80)
    told: list[tuple[int, int]] = []
    _, content = simulations.report(services.simulation(COURSE, {}), lambda *at: told.append(at))
    assert told == [(0, 3), (2, 3), (3, 3)]
    assert [row["student"] for row in json.loads(content)["rows"]] == [ADA, BLAS, CARLA]


@pytest.mark.usefixtures("north")
def test_a_simulation_writes_nothing() -> None:
    given(ADA, 80)
    services.consolidate()
    before = everything()
    assert simulated({"min_passing": 90})["summary"]["changed"] == 1
    assert everything() == before
    assert waiting() == 0


def everything() -> list[Any]:
    places = [
        *(("STUDENT", one) for one in (ADA, BLAS, CARLA)),
        ("COURSE", MATHS, AUTUMN),
        ("CONFIG",),
    ]
    return [
        item.to_simple_dict()
        for place in places
        for item in store.every(TenantItem, "#".join((f"TENANT#{context.school()}", *place)))
    ]


@pytest.mark.usefixtures("north")
def test_what_cannot_be_simulated_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        services.ask_for_simulation(COURSE, {"weights": {"exam": 0.5}})
    assert refusal.value.errors[0].field == "weights"
    with pytest.raises(NotFound):
        services.ask_for_simulation(Course(MATHS, _course()[0]), {})
    services.consolidate(AUTUMN, close=True)
    for ask in (services.ask_for_simulation, services.simulation):
        with pytest.raises(Conflict) as closed:
            ask(COURSE, {})
        assert closed.value.code == "period_closed"


def test_only_an_admin_simulates(north: str) -> None:
    with (
        context.entered(school=north, actor="teresa", groups=frozenset({"teacher"})),
        pytest.raises(Forbidden),
    ):
        services.simulation(COURSE, {})


def test_what_if_is_a_command_too(north: str, tmp_path: Path) -> None:
    given(ADA, 80, EXAM)
    file, out = tmp_path / "rules.json", tmp_path / "report.json"
    file.write_text('{"min_passing": 80.0}')
    asked = ["--school", north, "--period", AUTUMN, "--subject", MATHS, "--rules", str(file)]
    told = json.loads(run("what_if", *asked, "--out", str(out)))
    assert told["summary"]["students"] == 3
    report = json.loads(out.read_text())
    assert (report["summary"], len(report["rows"])) == (told["summary"], 3)
    assert out.stat().st_mode & 0o077 == 0
    assert services.rules_for(MATHS).version == 0
    with pytest.raises(CommandError, match="there already"):
        run("what_if", *asked, "--out", str(out))
    file.write_text('{"min_passing": NaN}')
    with pytest.raises(CommandError, match="min_passing"):
        run("what_if", *asked)
    with pytest.raises(CommandError, match="no school"):
        run("what_if", "--school", "nowhere", *asked[2:])
