"""Students, teachers and guardians: for a school's office, one by one and by name."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers as drf
from rest_framework.request import Request
from rest_framework.response import Response

from luca.api import idempotency, paging
from luca.api.etags import SEEN, etag, if_match
from luca.api.permissions import Anyone
from luca.api.tokens import INTEGRATOR
from luca.api.views import SchoolView
from luca.kernel.ids import GuardianId, StudentId, uuid7
from tenants import services
from tenants.domain import Guardian, Person, Role, Student, Teacher
from tenants.serializers import people as serializers
from tenants.serializers import school
from tenants.serializers.strict import changes, given
from tenants.views.school import OFFICE, STAFF, ids

READ = ("people.read",)
ADMIN = "school_admin"
OUT: Mapping[Role, type[drf.Serializer[Any]]] = {
    Role.STUDENT: serializers.OfficeStudentSerializer,
    Role.TEACHER: serializers.OfficePersonSerializer,
    Role.GUARDIAN: serializers.OfficeGuardianSerializer,
}
NEW: Mapping[Role, tuple[type[drf.Serializer[Any]], type[Any]]] = {
    Role.STUDENT: (serializers.NewStudentSerializer, Student),
    Role.TEACHER: (serializers.NewPersonSerializer, Teacher),
    Role.GUARDIAN: (serializers.NewGuardianSerializer, Guardian),
}
CHANGES: Mapping[Role, type[drf.Serializer[Any]]] = {
    Role.STUDENT: serializers.ChangeStudentSerializer,
    Role.TEACHER: serializers.ChangePersonSerializer,
    Role.GUARDIAN: serializers.ChangePersonSerializer,
}


class _Office(SchoolView):
    """A view of one role's people."""

    permission_classes = [Anyone(ADMIN, scopes=READ)]
    changing_classes = OFFICE
    role: Role

    def shown(self, person: Person, *, status: int = 200) -> Response:
        return Response(self.data(person), status=status, headers={"ETag": etag(person.version)})

    def data(self, person: Person) -> dict[str, Any]:
        """A CURP is for the office only; a program learns that there is such a field."""
        found = dict(OUT[self.role](person).data)
        if "curp" in found and ADMIN not in self.caller.groups:
            found["curp"] = ""
        return found


class _People(_Office):
    def get(self, request: Request) -> Response:
        asked = paging.asked(request, f"people {self.role.value}")
        page, following = services.people_page(self.role, limit=asked.limit, start=asked.start)
        rows = [self.data(one) for one in page]
        if self.role is Role.GUARDIAN:
            for row in rows:
                row.pop("children")  # each would be another read; one guardian shows them
        return asked.answer(rows, following)

    def post(self, request: Request) -> Any:
        fields, kind = NEW[self.role]
        wanted = {"id": uuid7(), **given(fields, request)}
        if "children" in wanted:
            wanted["children"] = tuple(dict.fromkeys(wanted["children"]))
        person = kind(**wanted)
        return idempotency.joined(
            request,
            lambda ticket: services.add_person(person, ticket),
            lambda added: self.shown(added, status=201),
        )


class _Person(_Office):
    def get(self, _request: Request, person: str) -> Response:
        return self.shown(services.person(self.role, person))

    def patch(self, request: Request, person: str) -> Response:
        fields = changes(CHANGES[self.role], request)
        seen = if_match(request)
        after = services.change_person(self.role, person, fields, seen=seen)
        if INTEGRATOR in self.caller.groups and not self.caller.scopes & {*READ}:
            told = {"id": after.id, "version": after.version}  # it may write, and not read
            return Response(told, headers={"ETag": etag(after.version)})
        return self.shown(after)


def _documented(role: str, plural: str, page: type[Any], one: type[Any]) -> Any:
    """Describe the list and the creation of one kind of people."""
    new, _ = NEW[Role(role.upper())]
    return extend_schema_view(
        get=extend_schema(
            operation_id=plural,
            summary=f"The school's {plural}, by family name",
            description="Somebody added a moment ago may take some milliseconds to be listed.",
            tags=["people"],
            parameters=paging.PARAMETERS,
            responses=page,
        ),
        post=extend_schema(
            operation_id=f"{role}_create",
            summary=f"Add a {role}",
            description="409 names the field that is taken, and never by whom. Takes an "
            "`Idempotency-Key`.",
            tags=["people"],
            request=new,
            responses={201: one},
        ),
    )


def _documented_one(role: str, one: type[Any]) -> Any:
    return extend_schema_view(
        get=extend_schema(
            operation_id=role,
            summary=f"One {role}",
            tags=["people"],
            parameters=ids(person="the person's id"),
            responses=one,
        ),
        patch=extend_schema(
            operation_id=f"{role}_change",
            summary=f"Change a {role}'s data, or let them leave the school",
            description="A program without people.read is told the id and the version only.",
            tags=["people"],
            parameters=[*ids(person="the person's id"), SEEN],
            request=CHANGES[Role(role.upper())],
            responses=one,
        ),
    )


@_documented(
    "student",
    "students",
    serializers.OfficeStudentsSerializer,
    serializers.OfficeStudentSerializer,
)
class Students(_People):
    role = Role.STUDENT


@_documented(
    "teacher", "teachers", serializers.OfficePeopleSerializer, serializers.OfficePersonSerializer
)
class Teachers(_People):
    role = Role.TEACHER


@_documented(
    "guardian",
    "guardians",
    serializers.OfficePeopleSerializer,
    serializers.OfficeGuardianSerializer,
)
class Guardians(_People):
    role = Role.GUARDIAN


@_documented_one("student", serializers.OfficeStudentSerializer)
class OneStudent(_Person):
    """Everybody who may see the student reads it; the office sees more, and changes it."""

    permission_classes = [Anyone(scopes=READ)]
    role = Role.STUDENT

    def get(self, _request: Request, person: str) -> Response:
        found = services.visible_student(StudentId(person))
        if self.caller.groups & {ADMIN, INTEGRATOR}:
            return self.shown(found)
        return Response(school.StudentSerializer(found).data)


@_documented_one("teacher", serializers.OfficePersonSerializer)
class OneTeacher(_Person):
    role = Role.TEACHER


@_documented_one("guardian", serializers.OfficeGuardianSerializer)
class OneGuardian(_Person):
    role = Role.GUARDIAN


class Child(SchoolView):
    permission_classes = OFFICE

    @extend_schema(
        operation_id="child_link",
        summary="Let a guardian see what the school knows of a student",
        tags=["people"],
        parameters=ids(guardian="the guardian's id", student="the student's id"),
        request=None,
        responses={204: None},
    )
    def put(self, _request: Request, guardian: str, student: str) -> Response:
        services.link_child(GuardianId(guardian), StudentId(student))
        return Response(status=204)

    @extend_schema(
        operation_id="child_unlink",
        summary="End it",
        tags=["people"],
        parameters=ids(guardian="the guardian's id", student="the student's id"),
        responses={204: None},
    )
    def delete(self, _request: Request, guardian: str, student: str) -> Response:
        services.unlink_child(GuardianId(guardian), StudentId(student))
        return Response(status=204)


class StudentGuardians(SchoolView):
    permission_classes = [Anyone(ADMIN, scopes=READ)]

    @extend_schema(
        operation_id="student_guardians",
        summary="Who answers for a student",
        tags=["people"],
        parameters=ids(student="the student's id"),
        responses=serializers.StudentGuardiansSerializer,
    )
    def get(self, _request: Request, student: str) -> Response:
        found = services.guardians_of(StudentId(student))
        return Response({"items": serializers.OfficePersonSerializer(found, many=True).data})


class EnrolmentHistory(SchoolView):
    permission_classes = [Anyone(*STAFF, scopes=READ)]

    @extend_schema(
        operation_id="enrolment_history",
        summary="A student's enrolments, moves and withdrawals, the newest first",
        tags=["people"],
        parameters=[*ids(student="the student's id"), *paging.PARAMETERS],
        responses=serializers.EnrolmentHistorySerializer,
    )
    def get(self, request: Request, student: str) -> Response:
        asked = paging.asked(request, f"history {student}")
        page, following = services.enrolment_history(
            StudentId(student), limit=asked.limit, start=asked.start
        )
        rows = serializers.EnrolmentChangeSerializer(page, many=True).data
        return asked.answer(rows, following)
