"""Finding people by any part of their name, or by what others know them by."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from luca.api import paging
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from tenants import services
from tenants.domain import Person, Role
from tenants.serializers import people as serializers
from tenants.serializers.strict import given
from tenants.views.people import ADMIN, READ
from tenants.views.school import STAFF


class Search(SchoolView):
    permission_classes = [Anyone(*STAFF, scopes=READ)]

    @extend_schema(
        operation_id="people_search",
        summary="Find people by any part of their name, accents and case ignored",
        description="Each word of `q` is the beginning of a word of the name, in any order; one "
        "has two letters or more. Teachers find the students they teach. A page may be short or "
        "empty although more follow: only `next_cursor` says whether it is the last. A name "
        "stands in the body, for URLs are written down on their way.",
        tags=["people"],
        parameters=paging.PARAMETERS,
        request=serializers.SearchSerializer,
        responses=serializers.FoundPeopleSerializer,
    )
    def post(self, request: Request) -> Response:
        wanted = given(serializers.SearchSerializer, request)
        text, role = wanted["q"], Role(wanted["role"].upper())
        asked = paging.asked(request, f"search {role.value} {text} {self.caller.person}")
        page, following = services.search(role, text, limit=asked.limit, start=asked.start)
        return asked.answer([_found(role.value, one) for one in page], following)


class Lookup(SchoolView):
    permission_classes = [Anyone(ADMIN, scopes=READ)]

    @extend_schema(
        operation_id="people_lookup",
        summary="Who has this e-mail address, CURP or external id (in a body, never in a URL)",
        tags=["people"],
        request=serializers.LookupSerializer,
        responses=serializers.LookedUpSerializer,
    )
    def post(self, request: Request) -> Response:
        found = services.look_up(**given(serializers.LookupSerializer, request))
        return Response({"items": [_found(role, one) for role, one in found]})


def _found(role: str, person: Person) -> dict[str, str]:
    return {
        "id": person.id,
        "role": role.lower(),
        "given_name": person.given_name,
        "family_name": person.family_name,
        "status": person.status.value,
    }
