"""What grading leaves in the audit log, and what it does not."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal

import pytest
from django.core.management import call_command

from grades import services
from grades.domain import Assessment, Change
from grades.tests.cast import ADA, AUTUMN, CARLA, COURSE, EXAM, MATHS, TERESA, given
from luca.aws import audit, store
from luca.aws.audit import AuditItem
from luca.kernel import clock
from luca.kernel.errors import NotFound, PreconditionFailed
from luca.kernel.ids import PersonId, StudentId
from tenants import services as tenants

ME = PersonId(TERESA)
As = Callable[[str, str], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def _fresh(north: str) -> None:  # noqa: ARG001 -- it must run before
    audit._looks.forget()


def entries(action: str) -> list[AuditItem]:
    found = store.every(AuditItem, audit.day(clock.now().date()), consistent=True)
    return [entry for entry in found if entry.action == action]


def test_a_correction_is_recorded_with_its_reason_and_a_refused_one_is_not(as_: As) -> None:
    with as_(TERESA, "teacher"):
        given(ADA, 80)
        services.correct(ME, ADA, COURSE, EXAM, Change(Decimal(90)), reason="Sumé mal", version=1)
        with pytest.raises(PreconditionFailed):
            services.correct(
                ME, ADA, COURSE, EXAM, Change(Decimal(95)), reason="Otra vez", version=1
            )
        services.excuse(ME, ADA, COURSE, EXAM, reason="Enferma", version=2)

    (entry,) = entries("grade.corrected")
    assert (entry.actor, entry.groups, entry.about) == ("teresa", "teacher", "student:ada")
    assert entry.reason == "Sumé mal"
    assert entry.details == {
        "subject": MATHS,
        "period": AUTUMN,
        "assessment": EXAM,
        "version": "2",
    }
    assert [entry.reason for entry in entries("grade.excused")] == ["Enferma"]


def test_recording_a_result_writes_no_entry(as_: As) -> None:
    with as_(TERESA, "teacher"):
        before = len(list(store.every(AuditItem, audit.day(clock.now().date()))))
        given(ADA, 80)
        assert len(list(store.every(AuditItem, audit.day(clock.now().date())))) == before


def test_rules_assessments_and_closing_are_recorded_once_each(as_: As) -> None:
    with as_("directora", "school_admin"):
        for _ in range(2):
            services.publish_rules(MATHS, {"weighting": "items"})
            services.save_assessments(MATHS, AUTUMN, [Assessment(EXAM)])
    for _ in range(2):
        tenants.close_period(AUTUMN)

    (published,) = entries("rules.published")
    (defined,) = entries("assessment.changed")
    assert (published.about, published.details["version"]) == ("subject:maths", "1")
    assert (defined.about, defined.details["assessments"]) == ("course:maths/2026-1", EXAM)
    assert [entry.about for entry in entries("period.closing")] == ["period:2026-1"]
    assert [entry.about for entry in entries("period.closed")] == ["period:2026-1"]


def test_staff_are_recorded_for_what_they_see_and_nobody_for_what_is_their_own(as_: As) -> None:
    given(ADA, 80)
    for person, group in (("ada", "student"), ("gloria", "guardian"), (TERESA, "teacher")):
        with as_(person, group):
            services.profile(ADA)
            services.profile(ADA)
            services.evaluations_page(ADA, 10, None)

    seen = [(entry.actor, entry.about, entry.details["what"]) for entry in entries("record.seen")]
    assert sorted(seen) == [
        ("teresa", "student:ada", "evaluations"),
        ("teresa", "student:ada", "profile"),
    ]


def test_who_may_not_see_a_student_or_asks_for_nobody_leaves_no_look(as_: As) -> None:
    with as_(TERESA, "teacher"), pytest.raises(NotFound):
        services.profile(CARLA)
    with as_("directora", "school_admin"), pytest.raises(NotFound):
        services.profile(StudentId("NunezPenaAda"))

    assert entries("record.seen") == []


def test_commands_are_recorded_as_the_operators(north: str) -> None:
    given(ADA, 80)
    call_command("consolidate", school=north, period=AUTUMN, no_progress=True)
    call_command("consolidate", school=north, period=AUTUMN, dry_run=True, no_progress=True)
    call_command("export_grades", school=north, period=AUTUMN)

    (computed,) = entries("grades.consolidated")
    (exported,) = entries("grades.exported")
    assert (computed.actor, computed.source, computed.about) == (
        "operator",
        "cli",
        "period:2026-1",
    )
    assert (exported.actor, exported.details) == ("operator", {"rows": "3"})
