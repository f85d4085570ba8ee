"""Items from their images, as DynamoDB spells them."""

from collections.abc import Mapping
from typing import Any

from grades.domain import Assessment, Evaluation, Grade, RulesVersion
from grades.models import AssessmentItem, EvaluationItem, GradeItem, RulesItem
from grades.repository import assessments, courses, evaluations, grades


def evaluation(image: Mapping[str, Any]) -> Evaluation:
    return evaluations.evaluation_of(EvaluationItem.from_raw_data(dict(image)))


def assessment(image: Mapping[str, Any]) -> Assessment:
    return assessments.assessment_of(AssessmentItem.from_raw_data(dict(image)))


def rules_version(image: Mapping[str, Any]) -> RulesVersion:
    return courses.version_of(RulesItem.from_raw_data(dict(image)))


def grade(image: Mapping[str, Any]) -> Grade:
    return grades.grade_of(GradeItem.from_raw_data(dict(image)))
