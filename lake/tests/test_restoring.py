"""After a disaster the lake gives items back, and never over something newer."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import StringIO
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from grades import services
from grades.domain import Assessment, Change, CurveWish
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    COURSE,
    ESSAY,
    EXAM,
    MATHS,
    given,
    grade_of,
    waiting,
)
from lake.repository import erasures, present
from lake.services import hold
from lake.services.rebuilding import rebuild
from lake.services.restoring import Fate, Selection, restore
from luca.aws import audit, store
from luca.aws.audit import Action, AuditItem
from luca.aws.store import raw
from luca.aws.table import TenantItem
from luca.kernel import clock
from luca.kernel.errors import Conflict, Invalid
from tenants import services as tenants
from tenants.services import images

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lake.services.restoring import Restored
    from lake.tests.watching import Watch

ADAS = Selection(student=ADA)
WHY = "Se perdió el disco"
ERASE = ["erase_person", ADA, "--reason", "Lo pidió la familia", "--no-progress"]


def of(place: str) -> dict[str, dict[str, Any]]:
    """What the table holds in a partition, by sort key, but for markers and the flags of nights."""
    aside = {"consolidated", "checks", "GSI1PK", "GSI1SK", "GSI2PK", "GSI2SK"}
    return {
        one["SK"]["S"]: {name: value for name, value in one.items() if name not in aside}
        for one in raw.images(place)
        if one["kind"]["S"] != "dirty"
    }


def lost(place: str, *kinds: str) -> int:
    """A disaster: items vanish from the table."""
    gone = [one for one in raw.images(place) if one["kind"]["S"] in kinds]
    for one in gone:
        raw.remove((place, one["SK"]["S"]))
    return len(gone)


def put_back(selection: Selection, as_of: datetime, *, dry_run: bool = False) -> Restored:
    return restore(selection, as_of, reason=WHY, dry_run=dry_run)


def fates(done: Restored) -> dict[str, set[Fate]]:
    found: dict[str, set[Fate]] = {}
    for fate, kind in done.counts:
        found.setdefault(kind, set()).add(fate)
    return found


def entries() -> list[AuditItem]:
    found = store.every(AuditItem, audit.day(clock.now().date()), consistent=True)
    return [one for one in found if one.action == Action.LAKE_RESTORED.value]


def test_a_students_results_and_grades_come_back_as_they_were(heard: Watch) -> None:
    given(ADA, 80)
    given(BLAS, 60)
    services.consolidate()
    good = heard.take()
    place = images.place_of_student(ADA)
    before, neighbour = of(place), of(images.place_of_student(BLAS))
    gone = lost(place, "evaluation", "grade", "grade_version")
    heard.take()
    assert gone == 3

    plan = put_back(ADAS, good, dry_run=True)
    assert (len(plan.wanted), plan.written, of(place) == before) == (3, 0, False)
    done = put_back(ADAS, good)

    assert (done.written, done.left) == (3, 0)
    assert of(place) == before
    assert of(images.place_of_student(BLAS)) == neighbour
    assert put_back(ADAS, good).wanted == []
    assert [one.about for one in entries()] == [f"student:{ADA}"]
    assert services.consolidate().written == 0  # the night finds the grade to be right
    assert waiting() == 0
    heard.take()
    assert rebuild(wait=0).differences == []


def test_what_is_newer_stays_and_what_an_old_backup_brought_is_replaced(heard: Watch) -> None:
    given(ADA, 80)
    early = heard.take()
    backup = list(raw.images(images.place_of_student(ADA)))
    change = Change(Decimal(95))
    services.correct(None, ADA, COURSE, EXAM, change, reason="Mal sumado", version=1)
    services.consolidate()
    late = heard.take()
    score = services.evaluation(ADA, COURSE, EXAM).score

    assert fates(put_back(ADAS, early))["evaluation"] == {Fate.NEWER}
    assert services.evaluation(ADA, COURSE, EXAM).score == score

    store.batch_put_raw(TenantItem, backup)  # the table of yesterday
    assert fates(put_back(ADAS, late))["evaluation"] == {Fate.OLDER}
    assert services.evaluation(ADA, COURSE, EXAM).score == score


def test_what_changes_while_it_is_put_back_is_left(
    heard: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(ADA, 80)
    good = heard.take()
    lost(images.place_of_student(ADA), "evaluation")
    patiently, late = store.patiently, iter([70])

    def overtaken(work: store.Transaction) -> None:
        for score in late:
            monkeypatch.setattr(store, "patiently", patiently)
            given(ADA, score)
        patiently(work)

    monkeypatch.setattr(store, "patiently", overtaken)
    done = put_back(Selection(student=ADA, kinds=frozenset({"evaluation"})), good)

    assert (done.written, done.left) == (0, 1)
    assert services.evaluation(ADA, COURSE, EXAM).score == 70


def test_what_a_course_asks_comes_back_and_everybody_is_computed_again(heard: Watch) -> None:
    services.publish_rules(MATHS, {"weights": {"exam": 1.0}})
    due = clock.now() + timedelta(days=9)
    given(ADA, 80)
    services.add_assessment(COURSE, Assessment(ESSAY, "exam", max=Decimal(10), due=due))
    wish = CurveWish("flat", Decimal(5))
    services.apply_curve(COURSE, EXAM, wish, reason="Difícil", version=1)
    services.consolidate()
    good = heard.take()
    course, school = images.place_of_course(MATHS, AUTUMN), images.place_of_school()
    score, before = grade_of().score, (of(course), of(school))
    lost(course, "assessment", "curve", "enrolled")
    lost(school, "grading_rules", "period")
    asked = put_back(Selection(period=AUTUMN), good)
    rules = put_back(Selection(subject=MATHS), good)

    assert asked.left == rules.left == 0
    assert (of(course), of(school)) == before
    assert waiting() > 0
    services.consolidate()
    assert grade_of().score == score


def test_who_was_erased_does_not_come_back(heard: Watch, tmp_path: Path) -> None:
    given(ADA, 80)
    given(BLAS, 60)
    services.consolidate()
    good = heard.take()
    with clock.stopped(heard.now):
        out = ["--school", heard.school, "--out", str(tmp_path / "certificate.json")]
        call_command(*ERASE, *out, stdout=StringIO())

    done = put_back(Selection(period=AUTUMN), good)

    assert fates(done)["evaluation"] == {Fate.SAME, Fate.ERASED}
    assert done.written == 0
    assert lost(images.place_of_student(ADA), "evaluation", "grade", "enrolled") == 0


def test_who_was_erased_does_not_come_back_while_a_hold_keeps_the_files(
    heard: Watch, tmp_path: Path
) -> None:
    given(ADA, 80)
    services.consolidate()
    good = heard.take()
    with clock.stopped(heard.now):
        out = ["--school", heard.school, "--out", str(tmp_path / "certificate.json")]
        call_command(*ERASE, *out, stdout=StringIO())
    hold("AMP-12/2026")

    done = put_back(Selection(period=AUTUMN, kinds=frozenset({"evaluation"})), good)

    assert fates(done) == {"evaluation": {Fate.ERASED}}
    assert of(images.place_of_student(ADA)) == {}


def test_who_is_erased_while_a_period_is_put_back_stays_erased(
    heard: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(ADA, 80)
    good = heard.take()
    orders, table = erasures.given, present.several
    known = chain([orders()], iter(orders, None))

    def erased_first(places: Any) -> Any:
        monkeypatch.setattr(present, "several", table)
        with clock.stopped(heard.now):
            out = ["--school", heard.school, "--out", str(tmp_path / "certificate.json")]
            call_command(*ERASE, *out, stdout=StringIO())
        return table(places)

    monkeypatch.setattr(present, "several", erased_first)
    monkeypatch.setattr(erasures, "given", lambda: next(known))

    done = put_back(Selection(period=AUTUMN, kinds=frozenset({"evaluation"})), good)

    assert (fates(done), done.written, done.left) == ({"evaluation": {Fate.MISSING}}, 0, 1)
    assert of(images.place_of_student(ADA)) == {}


@pytest.mark.parametrize(
    ("selection", "reason"),
    [
        (Selection(), WHY),
        (ADAS, "  "),
        (ADAS, "x" * 501),
        (Selection(kinds=frozenset({"student"})), WHY),
    ],
)
def test_neither_everything_nor_anything_without_a_reason_is_put_back(
    heard: Watch, selection: Selection, reason: str
) -> None:
    with pytest.raises(Invalid):
        restore(selection, heard.now, reason=reason, dry_run=True)


def test_nothing_is_put_back_into_a_period_that_is_closing(heard: Watch) -> None:
    tenants.begin_closing(AUTUMN)
    with pytest.raises(Conflict):
        put_back(ADAS, heard.now)


def test_an_operator_sees_it_dry_first(heard: Watch) -> None:
    given(ADA, 80)
    good = heard.take()
    lost(images.place_of_student(ADA), "evaluation")
    said, done = StringIO(), StringIO()
    asked = ["lake", "restore", "--school", heard.school, "--as-of", clock.stamp(good)]
    asked += ["--student", ADA, "--reason", WHY]

    with clock.stopped(heard.now):
        call_command(*asked, "--dry-run", stdout=said)
        call_command(*asked, stdout=done)
        with pytest.raises(CommandError, match="The lake keeps"):
            call_command(*asked, "--kind", "student", stdout=said)

    assert "1 items would be written" in said.getvalue()
    assert "1 items were written" in done.getvalue()
