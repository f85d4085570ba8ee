"""What is asked of whom: of one group only, of who changes groups, of the own child."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from grades import services, tasks
from grades.domain import Assessment
from grades.tests.cast import (
    ADA,
    AUTUMN,
    CARLA,
    COURSE,
    ESSAY,
    EXAM,
    FIRST_B,
    MATHS,
    TERESA,
    TOMAS,
    given,
    grade_of,
    scored,
    waiting,
)
from luca.api.tests.asking import Ask
from luca.aws import queue
from luca.kernel import context
from luca.kernel.errors import Invalid
from luca.kernel.ids import AssessmentId, GuardianId
from tenants import services as tenants
from tenants.domain import Enrolment, Guardian

Act = Callable[[str, str], AbstractContextManager[None]]
ALL = f"/courses/{MATHS}/{AUTUMN}/assessments"
pytestmark = pytest.mark.usefixtures("north")


def defined(identity: AssessmentId = EXAM, **fields: Any) -> Assessment:
    return services.add_assessment(COURSE, Assessment(identity, type="exam", **fields))


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"status": "excused"},
        {"status": "missing", "score": 7},
        {"score": 101},
        {"score": 7, "submitted_at": "2999-01-01T00:00:00Z"},
        {"score": 7, "reason": "Lo dijo Ada"},
    ],
)
def test_a_refused_first_result_defines_nothing(send: Ask, row: dict[str, Any]) -> None:
    one = {"student": ADA, "subject": MATHS, "period": AUTUMN, "assessment": EXAM, "type": "exam"}
    answer = send("POST", "/evaluations", {**one, **row})
    assert answer.status_code == 422
    assert services.assessments_of(MATHS, AUTUMN) == []
    assert waiting() == 0


def test_what_is_asked_of_another_group_takes_no_new_result() -> None:
    defined(group="1b")
    (outcome,) = services.record(None, [scored(ADA)])
    assert outcome.error is not None
    assert outcome.error.code == "not_asked"
    with pytest.raises(Invalid) as refusal:
        services.excuse(None, ADA, COURSE, EXAM, reason="Prueba", version=0)
    assert refusal.value.code == "not_asked"
    assert given(CARLA, 80).score == 80


def test_who_changes_groups_is_asked_what_the_new_group_is(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(queue, "enqueue", lambda task, **more: sent.append((task, more)))
    defined(ESSAY, group="1b")
    defined()
    given(ADA, 80)
    services.consolidate()
    assert grade_of(ADA).final == 80
    tenants.enrol(MATHS, AUTUMN, [Enrolment(ADA, FIRST_B)])
    ((task, said),) = sent
    assert task == "grades.group_changed"
    assert said.pop("delay") > 0
    tasks.group_changed.run(**said)
    services.consolidate()
    assert grade_of(ADA).final == 40
    tenants.enrol(MATHS, AUTUMN, [Enrolment(ADA, FIRST_B)])
    assert len(sent) == 1


def test_a_teacher_is_family_of_the_own_child(as_: Act, north: str) -> None:
    """Tomás teaches 1b, and is Ada's father."""
    tenants.add_guardians([Guardian(GuardianId(TOMAS), "Tomás", children=(ADA,))])
    defined(ESSAY, published=False)
    for student in (ADA, CARLA):
        given(student, 20, ESSAY)
    both = frozenset({"teacher", "guardian"})
    with context.entered(school=north, actor=TOMAS, groups=both):
        assert services.evaluations_page(ADA, 50, None)[0] == []
        assert len(services.evaluations_page(CARLA, 50, None)[0]) == 1
    with as_(TERESA, "teacher"):
        assert len(services.evaluations_page(ADA, 50, None)[0]) == 1
