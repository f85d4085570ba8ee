"""What the lake answers, each question over a handful of changes that are counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lake import services
from lake.domain import Typed
from lake.tests.conftest import NOW
from lake.tests.filling import change, evaluation, event, filled, grade, store, written
from luca.kernel import context

YEAR = {"since": "2026-01-01", "until": "2026-12-31"}
MAY = datetime(2026, 5, 10, tzinfo=UTC)


KINDS: dict[Typed, type | tuple[type, ...]] = {Typed.INTEGER: int, Typed.NUMBER: (int, float)}


def asked(query: str, **params: str) -> list[tuple[object, ...]]:
    """The rows of an answer, whose columns are what its header says."""
    found = services.ask(query, {**YEAR, **params})
    assert found.columns == tuple(one.name for one in found.question.headings)
    for row in found.rows:
        for one, value in zip(found.question.headings, row, strict=True):
            assert value is None or isinstance(value, KINDS.get(one.kind, str)), one
    return found.rows


@pytest.mark.usefixtures("north")
def test_events_are_counted_in_the_month_that_it_was_at_the_school() -> None:
    store(
        written(
            [
                event("ana", "login", "2026-05-01T05:59:59.999Z"),  # still April in Mexico
                event("ana", "login", "2026-05-01T06:00:00.000Z", 3),
                event("ben", "login", "2026-05-31T20:00:00.000Z"),
                event("ben", "login", "2026-05-31T21:00:00.000Z"),
                event("ben", "page_view", "2026-05-31T20:00:00.000Z", 7),
            ],
            NOW,
        )
    )

    assert asked("events_by_month") == [
        ("2026-04", "login", 1, 1, 1),
        ("2026-05", "login", 3, 5, 2),
        ("2026-05", "page_view", 1, 7, 1),
    ]
    assert asked("events_by_month", type="page_view") == [("2026-05", "page_view", 1, 7, 1)]
    assert asked("daily_summary") == [
        ("2026-04-30", 1, 1, 1, 1),
        ("2026-05-01", 1, 3, 1, 1),
        ("2026-05-31", 3, 9, 1, 2),
    ]


@pytest.mark.usefixtures("north")
def test_an_event_counts_once_however_often_it_was_written_and_not_at_all_once_removed() -> None:
    first = event("ana", "login", "2026-05-01T12:00:00.000Z", 1, event_id="e1")
    again = event("ana", "login", "2026-05-01T12:00:00.000Z", 5, event_id="e1")
    gone = event("ben", "login", "2026-05-01T12:00:00.000Z")
    rows = [change(first, MAY), change(again, MAY, "MODIFY"), change(gone, MAY)]
    store(rows)
    store(rows, "read-twice")
    store([change(gone, MAY + timedelta(days=90), "REMOVE")], "later")

    assert asked("daily_summary") == [("2026-05-01", 1, 5, 1, 1)]
    assert asked("data_freshness")[0][2:4] == (4, 2)


@pytest.mark.usefixtures("north")
def test_other_contents_under_the_same_id_are_a_conflict_until_the_event_is_removed() -> None:
    at = "2026-05-01T12:00:00.000Z"
    ana, ben = (
        [event(name, "login", at, quantity, event_id="e1") for quantity in (1, 5)]
        for name in ("ana", "ben")
    )
    alike = event("eva", "login", at, event_id="e1")
    rows = [
        change(ana[0], MAY),
        change(ana[1], MAY + timedelta(hours=1), "MODIFY"),
        change(ana[0], MAY + timedelta(hours=2), "MODIFY"),
        *(change(one, MAY) for one in ben),
        change(alike, MAY),
        change(alike, MAY),
    ]
    store(rows)
    store(rows[:3], "read-twice")
    store([filled(ana[0], MAY + timedelta(days=1))], "filled")

    (found, other) = asked("event_id_conflicts")
    store([change(ben[1], MAY + timedelta(days=90), "REMOVE")], "later")

    assert found == ("ana", "e1", 2, 3, "2026-05-10T00:00:00Z", "2026-05-10T02:00:00Z", 2)
    assert other[:4] == ("ben", "e1", 2, 2)
    assert [row[0] for row in asked("event_id_conflicts")] == ["ana"]


@pytest.mark.usefixtures("north")
def test_what_was_filled_from_the_table_counts_where_the_stream_told_nothing_of_it() -> None:
    at = "2026-05-01T12:00:00.000Z"
    known, lost = (event(name, "login", at, event_id="e1") for name in ("ana", "ben"))
    changed = event("ben", "login", at, 7, event_id="e1")
    store([change(known, MAY)])
    store([filled(one, MAY + timedelta(days=1)) for one in (known, lost)], "filled")
    store([change(changed, MAY + timedelta(days=1), "MODIFY")], "in-the-same-second")

    assert asked("daily_summary") == [("2026-05-01", 2, 8, 2, 1)]
    assert asked("data_freshness")[0][2:4] == (3, 2)


@pytest.mark.usefixtures("north")
def test_a_session_lasts_from_its_start_to_the_end_that_follows() -> None:
    xapi = '{"object":{"id":"https://x"},"result":{"duration":"P1DT2H3M30S"},"verb":"v"}'
    store(
        written(
            [
                event("ana", "session_started", "2026-05-04T14:00:00.000Z"),
                event("ana", "session_ended", "2026-05-04T14:30:00.000Z"),
                event("ana", "session_started", "2026-05-04T14:30:00.000Z"),  # at once, again
                event("ana", "session_ended", "2026-05-04T15:00:00.000Z"),
                event("ana", "session_started", "2026-05-05T14:00:00.000Z"),  # never ended
                event("ana", "session_started", "2026-05-06T14:00:00.000Z"),
                event("ana", "session_ended", "2026-05-06T15:30:00.000Z"),
                event("ben", "session_started", "2026-05-06T14:00:00.000Z"),  # ended next day
                event("ben", "session_ended", "2026-05-07T15:30:00.000Z"),
                event("ben", "video_played", "2026-05-06T14:00:00.000Z", 1, xapi),
                event(
                    "ben",
                    "attendance",
                    "2026-05-06T14:00:00.000Z",
                    1,
                    '{"minutes":45.5,"status":"present"}',
                ),
                event("ana", "attendance", "2026-05-06T14:00:00.000Z", 1, '{"status":"absent"}'),
            ],
            NOW,
        )
    )

    assert asked("average_duration") == [
        ("2026-05", "attendance", 1, 1, 45.5, 45.5, 45.5),
        ("2026-05", "session", 3, 1, 50, 30, 90),
        ("2026-05", "video_played", 1, 1, 1563.5, 1563.5, 1563.5),
    ]
    assert asked("average_duration", hours="48", type="session") == [
        ("2026-05", "session", 4, 2, 420, 60, 1530)
    ]


@pytest.mark.usefixtures("north")
def test_weeks_begin_on_monday_and_cohorts_with_a_student_s_first_month() -> None:
    store(
        written(
            [
                event("ana", "login", "2026-05-04T14:00:00.000Z"),  # a Monday
                event("ana", "login", "2026-05-10T14:00:00.000Z"),  # its Sunday
                event("ben", "login", "2026-05-11T14:00:00.000Z"),
                event("ana", "login", "2026-05-12T14:00:00.000Z"),
                event("ben", "login", "2026-07-01T14:00:00.000Z"),
                event("eva", "login", "2026-07-01T14:00:00.000Z"),
            ],
            NOW,
        )
    )

    assert asked("weekly_active_students") == [
        ("2026-05-04", 1, 1, 2, 2.0),
        ("2026-05-11", 2, 1, 2, 1.0),
        ("2026-06-29", 2, 1, 2, 1.0),
    ]
    assert asked("cohorts") == [
        ("2026-05", 0, 2, 2, 1.0),
        ("2026-05", 2, 2, 1, 0.5),
        ("2026-07", 0, 1, 1, 1.0),
    ]


ACTIVE_DAYS = {"ana": 4, "ben": 3, "eva": 2, "ian": 2, "leo": 1}  # others did nothing
SCORES = {"ana": "10", "ben": "9", "eva": "8", "ian": "7", "leo": "6", "max": "5"}


@pytest.mark.usefixtures("north")
def test_who_does_more_is_seen_beside_the_grades_they_have_now() -> None:
    active = [
        event(student, "login", f"2026-05-{day:02}T{hour}:00:00.000Z")
        for student, days in ACTIVE_DAYS.items()
        for day in range(1, days + 1)
        for hour in (14, 15)
    ]
    first = [grade(name, "5") for name in SCORES]
    now = [grade(name, score, 2) for name, score in SCORES.items()]
    store(written([*active, *first, *now], NOW))

    found = asked("activity_and_grades")

    assert [row[:9] for row in found] == [
        ("2026-1", "maths", 1, 2, 1, 0.5, 5.5, 5, 6),
        ("2026-1", "maths", 2, 2, 4, 2, 7.5, 7, 8),
        ("2026-1", "maths", 3, 1, 6, 3, 9, 9, 9),
        ("2026-1", "maths", 4, 1, 8, 4, 10, 10, 10),
    ]
    assert {row[9] for row in found} == {0.9827}  # 13 / √(10 * 17.5)


@pytest.mark.usefixtures("north")
def test_a_course_is_told_apart_from_others_and_may_have_no_correlation() -> None:
    alike = [grade(name, "8", subject="art") for name in ("ana", "ben")]
    idle = [grade(name, score, subject="music") for name, score in (("leo", "6"), ("max", "9"))]
    later = [grade("ana", "7", period="2026-2")]
    logins = [event("ana", "login", f"2026-05-0{day}T12:00:00.000Z") for day in (1, 2)]
    store(written([*alike, *idle, *later, *logins], NOW))

    assert [(*row[:4], row[9]) for row in asked("activity_and_grades")] == [
        ("2026-1", "art", 1, 1, None),
        ("2026-1", "art", 2, 1, None),
        ("2026-1", "music", 1, 1, None),
        ("2026-1", "music", 2, 1, None),
        ("2026-2", "maths", 1, 1, None),
    ]
    assert [row[:2] for row in asked("activity_and_grades", period="2026-2")] == [
        ("2026-2", "maths")
    ]
    assert {row[1] for row in asked("activity_and_grades", subject="art")} == {"art"}


@pytest.mark.usefixtures("north")
def test_a_teacher_has_graded_when_the_first_score_was_there_whoever_corrects_it_later() -> None:
    handed_in = "2026-05-04T14:00:00.000Z"
    first = evaluation("ana", "t1", handed_in, "2026-05-05T14:00:00.000Z")
    corrected = evaluation("ana", "admin", handed_in, "2026-08-05T14:00:00.000Z", 2)
    waiting = evaluation("leo", "t1", handed_in, "2026-05-05T14:00:00.000Z")
    del waiting["score"]
    unknown = evaluation("ben", "t1", handed_in, "2026-05-09T14:00:00.000Z")
    del unknown["submitted_at"]
    slow = evaluation("eva", "t1", handed_in, "2026-05-07T14:00:00.000Z")
    store(
        [
            change(first, MAY),
            change(corrected, MAY, "MODIFY"),
            *written([waiting, unknown, slow], MAY),
        ]
    )

    assert asked("grading_latency") == [("2026-05", "t1", 3, 2, 48, 48, 72)]
    assert asked("grading_latency", teacher="admin") == []


@pytest.mark.usefixtures("north")
def test_how_fresh_the_lake_is_can_be_seen() -> None:
    told = event("ana", "login", "2026-11-21T12:00:00.000Z")
    store([change(told, NOW - timedelta(hours=2)), change(grade("ana", "9"), NOW)])

    assert asked("data_freshness") == [
        ("events", "event", 1, 1, "2026-11-21T16:00:00Z", 2.0, 14400.0),
        ("grades", "grade", 1, 1, "2026-11-21T18:00:00Z", 0.0, None),
    ]


@pytest.mark.usefixtures("north")
@pytest.mark.parametrize("query", [one.name for one in services.questions()])
def test_every_question_has_an_answer_where_nothing_happened(query: str) -> None:
    found = services.ask(query, {})

    assert found.rows == []
    assert found.columns == tuple(one.name for one in found.question.headings)
    assert (found.scanned_files, found.scanned_bytes) == (0, 0)


@pytest.mark.usefixtures("north")
def test_only_the_months_asked_about_are_read() -> None:
    months = [f"2026-{month:02}-15T12:00:00.000Z" for month in range(1, 12)]
    names = store(written([event("ana", "login", at) for at in months], NOW))

    year = services.ask("daily_summary", YEAR)
    may = services.ask("daily_summary", {"since": "2026-05-02", "until": "2026-05-30"})

    assert (len(names), year.scanned_files, may.scanned_files) == (11, 11, 1)
    assert may.scanned_bytes < year.scanned_bytes / 10
    assert may.rows == [("2026-05-15", 1, 1, 1, 1)]


def test_the_files_of_another_school_are_no_part_of_an_answer(north: str) -> None:
    """They lie in the same lake, in the same month, under the same student's id."""
    store(written([event("ana", "login", "2026-05-15T12:00:00.000Z")], NOW))
    with context.entered(school="north-east"):
        store(written([event("ana", "login", "2026-05-15T12:00:00.000Z", 1000)], NOW))
        assert asked("daily_summary") == [("2026-05-15", 1, 1000, 1, 1)]

    with context.entered(school=north):
        found = services.ask("daily_summary", YEAR)

    assert found.rows == [("2026-05-15", 1, 1, 1, 1)]
    assert found.scanned_files == 1
