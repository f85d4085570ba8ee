"""What a class does in a day, and a student in a month."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from behavior import services
from behavior.serializers.activity import (
    ClassDaySerializer,
    StudentDaysSerializer,
    class_day_shown,
    student_days_shown,
)
from behavior.views.events import READERS
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.errors import FieldError, Invalid
from luca.kernel.ids import GroupId, StudentId

if TYPE_CHECKING:
    from rest_framework.request import Request

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"\d{1,3}", re.ASCII)


class GroupActivity(SchoolView):
    permission_classes = [Anyone("teacher", "school_admin", scopes=("behavior.read",))]

    @extend_schema(
        operation_id="group_activity",
        summary="What a group did on a day: each member, and the class by type and by hour",
        description="To those who teach the group. Days and hours are those of the school's "
        "clocks. The members are those of now; a group of more than 500 is refused (413).",
        parameters=[
            OpenApiParameter("date", OpenApiTypes.DATE, description="today if it is not given"),
        ],
        responses={200: ClassDaySerializer},
    )
    def get(self, request: Request, group: str) -> Response:
        day = _day(request.query_params.get("date"))
        return Response(class_day_shown(services.class_day(GroupId(group), day)))


class StudentActivity(SchoolView):
    permission_classes = [READERS]

    @extend_schema(
        operation_id="student_activity",
        summary="What a student did on each of the last days",
        description="To those who may see the student's events. A day without events is there, "
        "with zeros; days are those of the school's time zone.",
        parameters=[
            OpenApiParameter(
                "days", OpenApiTypes.INT, description=f"1 to {services.DAYS}, which is the default"
            ),
        ],
        responses={200: StudentDaysSerializer},
    )
    def get(self, request: Request, student: str) -> Response:
        given = request.query_params.get("days", str(services.DAYS))
        count = int(given) if _NUMBER.fullmatch(given) else 0
        return Response(student_days_shown(services.student_days(StudentId(student), count)))


def _day(text: str | None) -> date | None:
    try:
        if text is None:
            return None
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    fault = FieldError("date", "A day, such as 2026-11-21.")
    raise Invalid("The date is not valid.", errors=(fault,))
