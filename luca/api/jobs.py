"""Jobs over HTTP: how far one is, and the file that it leaves."""

from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.aws import jobs
from luca.kernel import clock

PEOPLE = ("teacher", "school_admin", "gov_operator", "student", "guardian")  # who may ask for one
ID = [OpenApiParameter("job", str, OpenApiParameter.PATH)]


class JobSerializer(serializers.Serializer[Any]):
    """How the schema describes a job."""

    id = serializers.CharField()
    work = serializers.CharField(help_text="what kind of work it is")
    state = serializers.CharField(help_text="waiting, running, done or failed")
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True, help_text="null: not known yet")
    asked_at = serializers.DateTimeField()
    result = serializers.DictField()
    file = serializers.CharField(allow_null=True, help_text="where to take the file from")
    reason = serializers.CharField(allow_null=True, help_text="a code: why it failed")
    detail = serializers.CharField(allow_null=True)


def told(job: jobs.Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "work": job.work,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "asked_at": clock.stamp(job.asked_at),
        "result": job.data,
        "file": f"/jobs/{job.id}/file" if job.file else None,
        "reason": job.reason or None,
        "detail": job.detail or None,
    }


def accepted(job: jobs.Job) -> Response:
    """The answer of a view that has started a job."""
    response = Response(told(job), status=202)
    response["Location"] = f"/jobs/{job.id}"
    return response


class OneJob(SchoolView):
    permission_classes = [Anyone(*PEOPLE)]

    @extend_schema(
        operation_id="job",
        summary="How far a job is; for who asked for it, and school admins",
        tags=["jobs"],
        parameters=ID,
        responses=JobSerializer,
    )
    def get(self, _request: Request, job: str) -> Response:
        return Response(told(jobs.get(job)))


class JobFile(SchoolView):
    permission_classes = [Anyone(*PEOPLE)]

    @extend_schema(
        operation_id="job_file",
        summary="The file that a job has left, for a week",
        tags=["jobs"],
        parameters=ID,
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    def get(self, _request: Request, job: str) -> StreamingHttpResponse:
        found, content = jobs.opened(job)
        answer = StreamingHttpResponse(content.parts, content_type=found.content_type)
        answer["Content-Length"] = str(content.size)
        answer["Content-Disposition"] = f'attachment; filename="{found.file}"'
        return answer
