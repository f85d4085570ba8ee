"""The gradebook of a course and group: on the screen, and as a file."""

from typing import Any

from django.http import HttpResponse
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from grades import services
from grades.serializers import gradebook as answers
from grades.serializers import gradebook_files as files
from grades.views.common import READ, STAFF, ids
from luca.api import paging
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.errors import FieldError, Invalid
from luca.kernel.ids import GroupId, PeriodId, SubjectId
from tenants.domain import Course

JSON = "json"
PLACE = ids("subject", "period", "group")
WRITERS = {files.CSV: files.as_csv, files.XLSX: files.as_xlsx}
USUAL = 40  # students of a page: a class
YES_OR_NO = {"yes": True, "no": False}


class TheGradebook(SchoolView):
    permission_classes = [Anyone(*STAFF, scopes=READ)]

    @extend_schema(
        operation_id="gradebook",
        summary="The results of a group in a course: a page of students by name, or a file of all",
        description="`Accept` chooses the form too: `text/csv` or that of XLSX. A file is recorded "
        "in the audit log. A group of more than 100 comes by id. The results come from an index, "
        "which may be a moment behind.",
        tags=["gradebook"],
        parameters=[
            *PLACE,
            *paging.PARAMETERS,
            OpenApiParameter("grades", str, enum=list(YES_OR_NO), description="official ones too"),
            OpenApiParameter("format", str, enum=[JSON, *WRITERS]),
        ],
        responses={
            (200, "application/json"): answers.GridSerializer,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, files.KINDS[files.XLSX]): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request, subject: str, period: str, group: str) -> Any:
        course = Course(SubjectId(subject), PeriodId(period))
        form = _form(request)
        if form == JSON:
            return _page(request, course, GroupId(group))
        return _file(course, GroupId(group), form)


def _page(request: Request, course: Course, group: GroupId) -> Response:
    list_of = f"gradebook {course.subject} {course.period} {group}"
    asked, official = paging.asked(request, list_of, default=USUAL), _official(request)
    found, following = services.gradebook(
        course, group, limit=asked.limit, start=asked.start, official=official
    )
    page = asked.answer(answers.rows(found, official=official), following)
    return Response({**answers.head(found), **page.data})


def _file(course: Course, group: GroupId, form: str) -> HttpResponse:
    book = services.whole_gradebook(course, group, form)
    content = WRITERS[form](book, translation.get_language() or "")
    answer = HttpResponse(content, content_type=files.KINDS[form])
    name = f"{course.subject}-{course.period}-{group}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _form(request: Request) -> str:
    given = request.query_params.get("format")
    if given is None:
        wanted = request.headers.get("Accept", "").lower()
        named = (form for form in WRITERS if files.KINDS[form].partition(";")[0] in wanted)
        return next(named, JSON)
    if given not in {JSON, *WRITERS}:
        fault = FieldError("format", f"One of {', '.join([JSON, *WRITERS])}.")
        raise Invalid("There is no such format.", errors=(fault,))
    return given


def _official(request: Request) -> bool:
    given = request.query_params.get("grades", "no")
    if given not in YES_OR_NO:
        raise Invalid("grades is not valid.", errors=(FieldError("grades", "yes or no."),))
    return YES_OR_NO[given]
