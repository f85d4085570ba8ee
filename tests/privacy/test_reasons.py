"""Reasons stay in the audit log for ever, so they name nobody."""

from decimal import Decimal

import pytest

from grades import services as grades
from grades.domain import Change
from luca.kernel.errors import Invalid
from luca.kernel.ids import StudentId
from tenants import services as tenants
from tenants.domain import Course
from tests.privacy.cast import CURP, EXAM, MATHS, NANDU, NOW


@pytest.mark.usefixtures("north")
@pytest.mark.parametrize(
    "reason",
    [
        "Ñandú lo pidió",
        "se lo pidió a NANDU",
        "la familia Zyxxwv-Ortiz lo pidió",
        f"con la CURP {CURP.lower()}",
        "escribió desde contacto@marcado.example",
    ],
)
def test_a_reason_that_names_the_student_is_refused(reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        grades.correct(
            None,
            StudentId(NANDU),
            Course(MATHS, NOW),
            EXAM,
            Change(Decimal(70)),
            reason=reason,
            version=1,
        )
    assert refused.value.code == "reason_names_person"
    assert not any(word in str(refused.value) for word in ("Ñandú", "Zyxxwv", CURP))


@pytest.mark.usefixtures("north")
@pytest.mark.parametrize("reason", ["Sumé mal la segunda página", "de la casa", "se perdió"])
def test_any_other_reason_will_do(reason: str) -> None:
    tenants.check_names_nobody(reason, NANDU)
