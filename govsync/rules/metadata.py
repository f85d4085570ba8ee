"""What a record tells of its grade beside the number: how it came about, and nothing more.

It is of one version of the grade, so the same grade always tells the same.
"""

from collections.abc import Mapping
from typing import Any

from grades.domain import Grade, GradeVersion
from luca.kernel import clock

ALWAYS = ("assessment", "category", "max", "weight", "status", "score", "version")
SOMETIMES = ("extra_credit", "late_hours")


def metadata(grade: Grade, told: GradeVersion | None) -> dict[str, Any]:
    """Return the metadata of a grade; `told` is its explanation, if it is still there.

    Of the explanation goes what each assessment brought. Reasons do not go: people wrote them
    for the school; nor do curves, which say how others did.
    """
    content: dict[str, Any] = {
        "current": _text(grade.current),
        "evaluations": grade.evaluations_count,
        "final": _text(grade.final),
        "last_calculated": clock.stamp(grade.last_calculated),
        "published": grade.published.value,
        "rules_version": grade.rules_version,
        "trace_hash": grade.trace_hash,
        "version": grade.version,
    }
    if grade.given_back:
        # What is sent anew is a revision of its own: under its old key it would not be taken.
        content["given_back"] = grade.given_back
    if told is not None and told.trace_hash == grade.trace_hash:
        content["assessments"] = [_assessment(one) for one in told.trace["inputs"]]
        content["flags"] = list(told.trace["flags"])
    return content


def _assessment(given: Mapping[str, Any]) -> dict[str, Any]:
    some = {name: given[name] for name in ALWAYS}
    some |= {name: given[name] for name in SOMETIMES if name in given}
    return {**some, "curved": given["curve"]["kind"]} if "curve" in given else some


def _text(number: Any) -> str | None:
    return None if number is None else f"{number:f}"
