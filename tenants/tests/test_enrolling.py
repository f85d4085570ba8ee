from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from luca.kernel import clock, context
from luca.kernel.errors import Conflict, NotFound
from luca.kernel.ids import GroupId, PeriodId, StudentId
from tenants import services
from tenants.domain import CourseOfStudent, Enrolment, Move, Student
from tenants.repository import enrolling as repository
from tenants.services import enrolling
from tenants.tests.conftest import ADA, AUTUMN, BLAS, CARLA, FIRST_A, FIRST_B, MATHS, TERESA, Cast

pytestmark = pytest.mark.usefixtures("north")


def lines(student: StudentId) -> list[tuple[Move, GroupId | None, GroupId | None, str | None]]:
    """What happened to a student's enrolments, the oldest first."""
    found, more = enrolling.history(student, limit=100)
    assert more is None
    return [(one.move, one.before, one.group, one.by) for one in reversed(found)]


def test_a_students_history_says_who_did_what_and_when(north: Cast) -> None:
    before = clock.now() - timedelta(milliseconds=1)
    with context.entered(school=north.school, actor="boss", groups=frozenset({"school_admin"})):
        services.enrol(MATHS, AUTUMN, [Enrolment(ADA, FIRST_B)])
        services.enrol(MATHS, AUTUMN, [Enrolment(ADA, FIRST_B)])  # nothing happens
        services.withdraw(MATHS, AUTUMN, [ADA])
        services.withdraw(MATHS, AUTUMN, [ADA])
        services.enrol(MATHS, AUTUMN, [Enrolment(ADA, FIRST_A)])

    assert lines(ADA) == [
        (Move.ENROLLED, None, FIRST_A, None),
        (Move.MOVED, FIRST_A, FIRST_B, "boss"),
        (Move.WITHDRAWN, FIRST_B, None, "boss"),
        (Move.ENROLLED, None, FIRST_A, "boss"),
    ]
    newest = enrolling.history(ADA, limit=1)[0][0]
    assert before <= newest.at <= clock.now()
    assert (newest.subject, newest.period) == (MATHS, AUTUMN)
    assert lines(BLAS) == [(Move.ENROLLED, None, FIRST_A, None)]


def test_a_long_history_comes_in_pages() -> None:
    for group in (FIRST_B, FIRST_A) * 3:
        services.enrol(MATHS, AUTUMN, [Enrolment(ADA, group)])

    first, more = enrolling.history(ADA, limit=4)
    second, end = enrolling.history(ADA, limit=4, start=more)

    assert [one.group for one in first + second] == [FIRST_A, FIRST_B] * 3 + [FIRST_A]
    assert end is None
    assert enrolling.history(StudentId("a#b"), limit=4) == ([], None)


def test_who_withdrew_is_on_no_roster_and_their_teacher_may_still_read_them(north: Cast) -> None:
    assert services.withdraw(MATHS, AUTUMN, [ADA, StudentId("nobody"), StudentId("a#")]) == 1

    assert ADA not in {one.student for one in services.roster(MATHS, AUTUMN)}
    assert services.enrolment(ADA, MATHS, AUTUMN) is None
    assert services.courses_of(ADA) == []
    assert enrolling.attended(ADA) == [CourseOfStudent(MATHS, AUTUMN, FIRST_A, withdrawn=True)]
    with context.entered(school=north.school, actor=TERESA, groups=frozenset({"teacher"})):
        assert services.may_see(ADA)
        assert not services.may_see(CARLA)


def test_the_rosters_of_a_closed_period_stay() -> None:
    services.begin_closing(AUTUMN)

    with pytest.raises(Conflict, match="closed"):
        services.withdraw(MATHS, AUTUMN, [ADA])
    with pytest.raises(NotFound):
        services.withdraw(MATHS, PeriodId("2031-1"), [ADA])
    assert services.enrolment(ADA, MATHS, AUTUMN) is not None


def test_many_are_enrolled_at_once_each_with_a_line_of_history() -> None:
    many = [Student(StudentId(f"s{n}"), "Ana", "Ruiz") for n in range(80)]
    services.add_students(many)
    wanted = [Enrolment(one.id, FIRST_A) for one in many]

    assert services.enrol(MATHS, AUTUMN, wanted) == 80
    assert services.enrol(MATHS, AUTUMN, [*wanted, replace(wanted[0], group=FIRST_B)]) == 1

    assert len(lines(many[0].id)) == 2
    assert all(lines(one.id) == [(Move.ENROLLED, None, FIRST_A, None)] for one in many[1:])


def test_moving_somebody_from_many_sides_at_once_leaves_a_history_without_gaps() -> None:
    barrier = Barrier(4)

    def move(first: GroupId, second: GroupId) -> None:
        barrier.wait()
        for _ in range(3):
            services.enrol(MATHS, AUTUMN, [Enrolment(ADA, first), Enrolment(BLAS, second)])
            services.enrol(MATHS, AUTUMN, [Enrolment(ADA, second), Enrolment(BLAS, first)])

    threads = [Thread(target=context.carried(move), args=(FIRST_A, FIRST_B)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for student in (ADA, BLAS):
        found = enrolling.history(student, limit=100)[0]
        now = repository.enrolments(services.course(MATHS, AUTUMN), [student])[student]
        moves = [(one.before, one.group) for one in reversed(found)]
        assert {(before, group) for before, group in moves if before == group} == set()
        # Lines of one millisecond have no order among themselves; their steps still chain.
        arrived = [group for _, group in moves]
        left = [before for before, _ in moves if before is not None]
        assert sorted(map(str, arrived)) == sorted([*map(str, left), str(now.group)])
