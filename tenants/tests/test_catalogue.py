"""What a school's pages choose from."""

from datetime import date

from luca.aws import counting
from luca.kernel import context
from luca.kernel.ids import GroupId, PeriodId, StudentId, SubjectId
from tenants import services
from tenants.domain import Course, Enrolment, Group, Period, Student, Subject


def test_a_school_s_choice_is_one_question_and_nobody_else_s(school: str) -> None:
    autumn, spring = PeriodId("2026-1"), PeriodId("2026-2")
    services.save_period(Period(spring, "Spring", date(2027, 1, 7), date(2027, 6, 30)))
    services.save_period(Period(autumn, "Autumn", date(2026, 8, 1), date(2026, 12, 18)))
    services.add_group(Group(GroupId("b"), "1B"))
    services.add_group(Group(GroupId("z"), "1A"))
    services.add_students([Student(StudentId("ada"), "Ada")])
    for one in ("maths", "art"):
        services.enrol(SubjectId(one), autumn, [Enrolment(StudentId("ada"), GroupId("b"))])
    services.add_subject(Subject(SubjectId("maths"), "Álgebra"))
    with counting.counted() as calls:
        found = services.catalogue()
    assert calls == ["Query"]
    assert [one.id for one in found.periods] == [autumn, spring]
    assert found.courses == (
        Course(SubjectId("maths"), autumn),
        Course(SubjectId("art"), autumn),
    )
    assert [one.name for one in found.groups] == ["1A", "1B"]
    assert (found.subject("maths"), found.subject("art")) == ("Álgebra", "art")
    assert (found.period(autumn), found.period("gone")) == ("Autumn", "gone")
    with context.entered(school=f"{school}-2"):
        nothing = services.catalogue()
    assert (nothing.periods, nothing.courses, nothing.groups) == ((), (), ())
    assert not nothing.names
