"""Whatever a school went through, the lake gives each of its grades; nobody waits for anybody."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Event
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from grades import services
from grades.domain import Assessment, Change
from grades.tests.cast import (
    ADA,
    AUTUMN,
    BLAS,
    CARLA,
    COURSE,
    ESSAY,
    EXAM,
    FIRST_A,
    FIRST_B,
    MATHS,
    given,
)
from grades.tests.test_scenario import ALL_KINDS, QUIZZES, STUDENTS, WEIGHTS, Teaching
from lake.services import filling
from lake.services.past_events import past_events
from lake.services.rebuilding import Standing, rebuild
from lake.services.restoring import Selection, restore
from luca.kernel import clock, context
from tenants import services as tenants
from tenants.domain import Enrolment, Student

if TYPE_CHECKING:
    from datetime import datetime

    from lake.tests.watching import Watch

WRITERS, RUNS, LOOKS = 3, 2, 8
ENOUGH = 120  # seconds


@pytest.fixture
def crowded(heard: Watch) -> Watch:
    """Sixty students in two groups, eight quizzes, and the table's own clock."""
    heard.hour = timedelta()
    tenants.add_students([Student(one, "Somebody") for one in STUDENTS])
    groups = [FIRST_A, FIRST_B]
    tenants.enrol(MATHS, AUTUMN, [Enrolment(one, groups[n % 2]) for n, one in enumerate(STUDENTS)])
    services.publish_rules(MATHS, WEIGHTS)
    services.save_assessments(MATHS, AUTUMN, [Assessment(quiz, "quiz") for quiz in QUIZZES])
    return heard


def kinds(teachers: list[Teaching]) -> set[str]:
    return {kind for one in teachers for kind in one.done}


def consolidating(over: Event) -> int:
    """A night after the other; returns how many grades were written."""
    written = 0
    while not over.is_set():
        written += services.consolidate().written
    return written


@pytest.mark.slow
def test_grades_written_while_teachers_write_are_all_rebuilt(crowded: Watch) -> None:
    over, teachers = Event(), [Teaching(n) for n in range(WRITERS)]
    moments: list[datetime] = []
    with ThreadPoolExecutor(WRITERS + RUNS) as pool:
        teaching = [pool.submit(context.carried(one.until), over) for one in teachers]
        running = [pool.submit(context.carried(consolidating), over) for _ in range(RUNS)]
        try:
            until = time.monotonic() + ENOUGH
            while len(moments) < LOOKS or kinds(teachers) != ALL_KINDS:
                assert time.monotonic() < until, "the teachers do too little"
                time.sleep(1)
                moments.append(crowded.take())
        finally:
            over.set()
        assert [one.result() for one in teaching] == [None] * WRITERS
        assert sum(one.result() for one in running) > len(STUDENTS)
    time.sleep(2)  # until whatever was due in a moment is due
    services.consolidate()
    services.consolidate(AUTUMN, close=True)
    crowded.take()

    reports = [rebuild(at, wait=0) for at in moments]
    last = rebuild(wait=0)

    assert [one.differences for one in (*reports, last)] == [[]] * (len(moments) + 1)
    assert {Standing.SAME, Standing.BEHIND} <= {kind for one in reports for kind in one.counts}
    assert set(last.counts) == {Standing.SAME}


def test_out_of_the_bucket_the_same_is_read_with_the_schools_own_session(
    heard: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "LAKE_FOLDER", "")
    given(ADA, 80)
    services.consolidate()
    at = heard.take()

    assert rebuild(wait=0).differences == []
    assert restore(Selection(student=ADA), at, reason="Una prueba", dry_run=True).wanted == []
    assert past_events(ADA) == ([], None)


def test_a_lake_that_catches_up_has_no_differences(
    heard: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(ADA, 80)
    heard.take()
    services.consolidate()
    monkeypatch.setattr("lake.services.rebuilding.time.sleep", lambda _: heard.take())

    assert rebuild(wait=0).differences
    assert rebuild(wait=60).differences == []


def test_a_lake_that_was_filled_from_the_table_gives_its_grades(heard: Watch) -> None:
    given(ADA, 80)
    services.consolidate()
    given(BLAS, 70)
    services.consolidate(AUTUMN, close=True)

    filling.fill()  # nobody has heard of any of it

    report = rebuild(wait=0)
    assert report.differences == []
    assert report.counts == {Standing.SAME: 3}
    assert heard.school


def test_after_a_gap_the_grades_of_before_and_of_now_are_rebuilt(heard: Watch) -> None:
    given(ADA, 80)
    services.consolidate()
    before = heard.take()
    change = Change(Decimal(90))
    services.correct(None, ADA, COURSE, EXAM, change, reason="Mal sumado", version=1)
    services.consolidate()
    heard.stream.records()  # a gap: nobody writes these down
    tenants.withdraw(MATHS, AUTUMN, [CARLA])
    heard.stream.records()
    with clock.stopped(heard.now + heard.hour):
        filling.fill()
    heard.now += heard.hour
    given(ADA, 50, ESSAY)
    services.consolidate()
    heard.take()

    then, now = rebuild(before), rebuild(wait=0)

    assert then.differences == now.differences == []
    scores = [one.official.score for one in then.judged if one.official and one.student == ADA]
    assert scores == [Decimal("80.0")]
