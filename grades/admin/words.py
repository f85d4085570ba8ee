"""What the office reads for the words of the engine."""

from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grades.domain import CurveKind, Status, Verdict

STATUS = {
    Status.GRADED: gettext_lazy("Graded"),
    Status.PENDING: gettext_lazy("Pending"),
    Status.MISSING: gettext_lazy("Missing"),
    Status.EXCUSED: gettext_lazy("Excused"),
    Status.EXEMPT: gettext_lazy("Exempt"),
}
VERDICT = {
    Verdict.PASSED: gettext_lazy("Passed"),
    Verdict.FAILED: gettext_lazy("Not passed"),
    Verdict.UNDEFINED: gettext_lazy("Undefined"),
}
CURVE = {
    CurveKind.FLAT: gettext_lazy("The same points for everybody"),
    CurveKind.SQRT: gettext_lazy("Square root"),
    CurveKind.MEAN: gettext_lazy("Bring the mean to"),
    CurveKind.MAXIMUM: gettext_lazy("Bring the best result to"),
    CurveKind.MEAN_SD: gettext_lazy("Bring the mean and the deviation to"),
}


def status(one: Status) -> str:
    return str(STATUS[one])


def number(value: Decimal | None) -> str:
    """As people write it, with as many places as it has; a dash for none."""
    if value is None:
        return "—"
    return formats.number_format(format(value, "f"), use_l10n=True)


def of_most(score: Decimal | None, most: Decimal) -> str:
    plain = most.normalize()
    return _("%(score)s of %(most)s") % {"score": number(score), "most": number(plain)}
