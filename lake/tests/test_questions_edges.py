"""Where a question ends: its first and its last instant, its one type, the turn of a year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lake.tests.conftest import NOW
from lake.tests.filling import change, evaluation, event, filled, grade, store, written
from lake.tests.test_questions import asked

DAY = {"since": "2026-05-01", "until": "2026-05-01"}
FIRST, LAST, AFTER = (
    "2026-05-01T06:00:00.000Z",
    "2026-05-02T05:59:59.999Z",
    "2026-05-02T06:00:00.000Z",
)
BEFORE = "2026-05-01T05:59:59.999Z"
MAY = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.usefixtures("north")
def test_a_day_begins_with_its_first_instant_and_ends_before_the_next_one() -> None:
    for at in (BEFORE, FIRST, LAST, AFTER):
        store(
            written([event("ana", "login", at, event_id="e")], MAY), f"once-{at[:10]}-{at[11:13]}"
        )
        store(
            [change(event("ana", "login", at, 2, event_id="e"), MAY, "MODIFY")],
            f"again-{at[:10]}-{at[11:13]}",
        )

    assert asked("daily_summary", **DAY) == [("2026-05-01", 2, 4, 1, 1)]
    assert [row[2:4] for row in asked("event_id_conflicts", **DAY)] == [(2, 2), (2, 2)]


@pytest.mark.usefixtures("north")
def test_a_score_counts_from_the_first_instant_to_before_the_next_day() -> None:
    for number, at in enumerate((BEFORE, FIRST, LAST, AFTER)):
        store(written([evaluation(f"s{number}", "t1", at, at)], MAY), f"s{number}")

    assert asked("grading_latency", **DAY) == [("2026-05", "t1", 2, 2, 0, 0, 0)]


@pytest.mark.usefixtures("north")
@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("events_by_month", 2),
        ("daily_summary", 1),
        ("weekly_active_students", 3),
        ("cohorts", 3),
    ],
)
def test_a_question_about_one_type_is_about_no_other(query: str, place: int) -> None:
    views = [event(name, "page_view", LAST) for name in ("ben", "eva")]
    store(written([event("ana", "login", FIRST), *views], NOW))

    assert sum(int(str(row[place])) for row in asked(query, type="login")) == 1


@pytest.mark.usefixtures("north")
@pytest.mark.parametrize("lasted", ["PT1.2.3H", "PT.H", "PT..S", f"PT{'9' * 400}H", "P2M", "PT-5M"])
def test_what_a_client_misspells_as_a_duration_spoils_no_answer(lasted: str) -> None:
    told = [f'{{"duration":"{one}"}}' for one in ("PT90S", lasted)]
    minutes = [f'{{"minutes":{one}}}' for one in ("40", "9" * 400)]
    store(
        written(
            [event("ana", "video_played", FIRST, metadata=one) for one in told]
            + [event("ana", "attendance", FIRST, metadata=one) for one in minutes],
            MAY,
        )
    )

    assert [row[1:5] for row in asked("average_duration")] == [
        ("attendance", 1, 1, 40.0),
        ("video_played", 1, 1, 1.5),
    ]


@pytest.mark.usefixtures("north")
def test_december_is_a_month_before_january() -> None:
    months = ("2025-12-15T12:00:00.000Z", "2026-01-15T12:00:00.000Z", "2026-02-15T12:00:00.000Z")
    store(written([event("ana", "login", at) for at in months], NOW))

    found = asked("cohorts", since="2025-12-01", until="2026-02-28")

    assert [row[:2] for row in found] == [("2025-12", 0), ("2025-12", 1), ("2025-12", 2)]


@pytest.mark.usefixtures("north")
def test_the_last_write_tells_how_fresh_a_kind_is_and_the_slowest_how_late_it_came() -> None:
    at = "2026-11-21T12:00:00.000Z"
    for hours, name in ((6, "ana"), (1, "ben"), (4, "eva")):
        store([change(event(name, "login", at), NOW - timedelta(hours=hours))], name)
    store([change(grade("ana", "9"), NOW - timedelta(hours=3))])

    assert asked("data_freshness") == [
        ("events", "event", 3, 3, "2026-11-21T17:00:00Z", 1.0, 18000.0),
        ("grades", "grade", 1, 1, "2026-11-21T15:00:00Z", 3.0, None),
    ]


@pytest.mark.usefixtures("north")
def test_a_month_of_grading_is_the_school_s_and_so_is_a_subject() -> None:
    """Recorded in the evening of the 31st, when it was the 1st of June in UTC already."""
    evening, next_day = "2026-06-01T05:00:00.000Z", "2026-06-01T12:00:00.000Z"
    art = evaluation("ben", "t1", evening, next_day)
    art["subject"] = {"S": "art"}
    store(written([evaluation("ana", "t2", evening, evening), art], NOW))

    assert [row[:2] for row in asked("grading_latency")] == [("2026-05", "t2"), ("2026-06", "t1")]
    assert [row[:3] for row in asked("grading_latency", subject="art")] == [("2026-06", "t1", 1)]


@pytest.mark.usefixtures("north")
def test_what_was_written_and_removed_within_one_second_is_gone() -> None:
    first, other = (event("ana", "login", FIRST, quantity, event_id="e") for quantity in (1, 2))
    store([change(first, MAY), change(other, MAY, "MODIFY"), change(other, MAY, "REMOVE")])
    store([*written([grade("ana", "9")], MAY), change(grade("ana", "9"), MAY, "REMOVE")], "grade")

    assert asked("daily_summary") == []
    assert asked("event_id_conflicts") == []
    assert asked("activity_and_grades") == []


@pytest.mark.usefixtures("north")
@pytest.mark.parametrize(
    ("hours", "writes"),
    [
        ((0, 1, 2), 3),  # what it was at first it is again: only the table told of that
        ((0, 2, 1), 2),  # the filling had read the table just when the stream told the same
        ((0, 2, 2), 2),
        ((1, 0, 2), 2),  # and here the stream had told it before
    ],
)
def test_a_filled_row_is_a_write_where_nothing_else_tells_of_it(
    hours: tuple[int, int, int], writes: int
) -> None:
    first, other = (event("ana", "login", FIRST, quantity, event_id="e") for quantity in (1, 2))
    again = first if writes == 3 or hours[0] else other
    told, changed, seen = (MAY + timedelta(hours=one) for one in hours)
    store([change(first, told), change(other, changed, "MODIFY")])
    store([filled(again, seen)], "filled")
    store([filled(again, seen + timedelta(minutes=1))], "filled-again")

    assert asked("event_id_conflicts")[0][3] == writes
    assert asked("data_freshness")[0][2] == writes


@pytest.mark.usefixtures("north")
def test_what_the_stream_tells_after_the_filling_is_no_write_of_the_filling() -> None:
    first, other = (event("ana", "login", FIRST, quantity, event_id="e") for quantity in (1, 2))
    told = [(first, 0), (other, 1), (first, 3)]
    store([change(item, MAY + timedelta(hours=hour)) for item, hour in told])
    store([filled(first, MAY + timedelta(hours=2))], "filled")

    assert asked("event_id_conflicts")[0][3] == 3


@pytest.mark.usefixtures("north")
def test_the_last_of_two_scores_within_one_second_is_the_grade() -> None:
    store(written([grade("ana", score, number) for number, score in enumerate("5978")], MAY))

    assert [row[6] for row in asked("activity_and_grades")] == [8]

    store([filled(grade("ana", "6", 9), MAY + timedelta(days=1))], "filled-later")

    assert [row[6] for row in asked("activity_and_grades")] == [6]


@pytest.mark.usefixtures("north")
def test_what_a_grade_was_is_no_other_grade() -> None:
    was = {**grade("ana", "2"), "kind": {"S": "grade_version"}}
    was["SK"] = {"S": "VERSION#maths#2026-1#0000000001"}
    store(written([was, grade("ana", "9")], MAY))

    assert [row[3:7] for row in asked("activity_and_grades")] == [(1, 0, 0, 9)]


@pytest.mark.usefixtures("north")
def test_a_result_that_was_taken_back_was_never_graded_late() -> None:
    ana, ben = (evaluation(name, "t1", FIRST, AFTER) for name in ("ana", "ben"))
    moved = {**ben, "submitted_at": {"S": LAST}}
    store(
        [
            *written([ana, ben], MAY),
            change(ana, MAY, "REMOVE"),
            change(moved, MAY + timedelta(days=1), "MODIFY"),
        ]
    )

    assert [row[2:4] for row in asked("grading_latency")] == [(1, 1)]
    assert asked("grading_latency")[0][4] == 0  # to LAST: a millisecond
