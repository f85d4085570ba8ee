"""What rules would change: asked for, and read when it is computed."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from grades import services
from grades.serializers import rules as bodies_of
from grades.serializers import simulation_schema as schema
from grades.serializers import simulations as answers
from grades.views.common import ids
from luca.api import bodies, paging
from luca.api.jobs import JobSerializer, accepted, told
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.aws import jobs
from luca.kernel.errors import FieldError, Invalid
from luca.kernel.ids import PeriodId, SubjectId
from tenants.domain import Course

ONLY = ("changed", "up", "down")


class Simulations(SchoolView):
    permission_classes = [Anyone("school_admin")]

    @extend_schema(
        operation_id="simulate_rules",
        summary="Have computed what rules would change in a period of a subject",
        description="Nothing is published. `GET /simulations/{job}` reads the report.",
        tags=["rules"],
        parameters=ids("subject"),
        request=schema.NewSimulationSerializer,
        responses={202: JobSerializer},
    )
    def post(self, request: Request, subject: str) -> Response:
        body = bodies.decode(request, bodies_of.Simulated)
        course = Course(SubjectId(subject), PeriodId(body.period))
        return accepted(services.ask_for_simulation(course, bodies_of.exactly(body.rules)))


class OneSimulation(SchoolView):
    permission_classes = [Anyone("school_admin")]

    @extend_schema(
        operation_id="simulation",
        summary="The report of a simulation, and a page of its students",
        tags=["rules"],
        parameters=[
            *ids("job"),
            OpenApiParameter("only", str, enum=list(ONLY), description="default: everybody"),
            *paging.PARAMETERS,
        ],
        responses=schema.SimulationSerializer,
    )
    def get(self, request: Request, job: str) -> Response:
        found, only = services.simulation_job(job), _only(request)
        asked = paging.asked(request, f"simulation {job} {only}")
        if not found.file:
            return Response({"job": told(found), "report": None, "items": [], "next_cursor": None})
        begin = 0 if asked.start is None else int(asked.start["row"])
        content = jobs.content(job).content
        report, rows, end = answers.page(content, begin, asked.limit, only)
        page = asked.answer(rows, {"row": end} if end else None)
        return Response({"job": told(found), "report": report, **page.data})


def _only(request: Request) -> str:
    given = request.query_params.get("only", "")
    if given not in {"", *ONLY}:
        message = f"One of {', '.join(ONLY)}."
        raise Invalid("only is not valid.", errors=(FieldError("only", message),))
    return given
