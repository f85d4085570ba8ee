"""Invitations and accounts, for the school's admins."""

from typing import Any

from django.http import HttpResponseBase
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from luca.api import bodies, idempotency, paging
from luca.api.permissions import Anyone
from luca.api.views import SchoolView
from luca.kernel.errors import FieldError, Invalid
from luca.kernel.ids import PersonId
from tenants import services
from tenants.domain.accounts import Act, InvitationState, NewInvitation
from tenants.serializers import accounts as serializers
from tenants.services import AccountSeen

KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="the same key and body are answered the same and done once",
)
ID = OpenApiParameter("invitation", str, OpenApiParameter.PATH, description="the invitation's id")
PERSON = OpenApiParameter("person", str, OpenApiParameter.PATH, description="the person's id")
STATE = OpenApiParameter("state", str, enum=[one.value for one in InvitationState])
SWITCHES = [
    OpenApiParameter("dry_run", bool, description="check everything, store nothing"),
    OpenApiParameter("partial", bool, description="invite the good rows although others are bad"),
]
IMPORT = OpenApiParameter("import_id", str, description="only the invitations of this import")


class AdminView(SchoolView):
    permission_classes = [Anyone("school_admin")]


class Invitations(AdminView):
    @extend_schema(
        operation_id="invitations",
        summary="The school's invitations, by state and age",
        tags=["accounts"],
        parameters=[STATE, *paging.PARAMETERS],
        responses=serializers.InvitationsSerializer,
    )
    def get(self, request: Request) -> Response:
        state = _state(request)
        asked = paging.asked(request, f"invitations {state or ''}")
        found, following = services.invitations(state, limit=asked.limit, start=asked.start)
        return asked.answer([_invitation(one) for one in found], following)

    @extend_schema(
        operation_id="invite",
        summary="Invite somebody of the school to sign in",
        description="The person must be on record with the role of each group; staff who are "
        "only school_admin or gov_operator need no record. A worker makes the account, and the "
        "user pool mails a temporary password, good for 7 days.",
        tags=["accounts"],
        parameters=[KEY],
        request=serializers.NewInvitationSerializer,
        responses={201: serializers.InvitationSerializer},
    )
    def post(self, request: Request) -> HttpResponseBase:
        given = _valid(serializers.NewInvitationSerializer, request)
        new = NewInvitation(PersonId(given["person"]), given["email"], frozenset(given["groups"]))
        return idempotency.once(
            request, lambda: Response(_invitation(services.invite(new)), status=201)
        )


class Invitation(AdminView):
    @extend_schema(
        operation_id="invitation",
        summary="One invitation",
        tags=["accounts"],
        parameters=[ID],
        responses=serializers.InvitationSerializer,
    )
    def get(self, _request: Request, invitation: str) -> Response:
        return Response(_invitation(services.invitation(invitation)))

    @extend_schema(
        operation_id="cancel_invitation",
        summary="Take back an invitation that nobody has accepted",
        description="A worker removes the account; its address is free again. If the person was "
        "faster the invitation becomes accepted: disable the account then.",
        tags=["accounts"],
        parameters=[ID],
        responses={202: serializers.InvitationSerializer},
    )
    def delete(self, _request: Request, invitation: str) -> Response:
        return Response(_invitation(services.cancel_invitation(invitation)), status=202)


class Resend(AdminView):
    @extend_schema(
        operation_id="resend_invitation",
        summary="Mail a new temporary password",
        description="For invitations that were sent or have expired; 7 days begin anew.",
        tags=["accounts"],
        parameters=[ID, KEY],
        request=None,
        responses={202: serializers.InvitationSerializer},
    )
    def post(self, request: Request, invitation: str) -> HttpResponseBase:
        return idempotency.once(
            request,
            lambda: Response(_invitation(services.resend_invitation(invitation)), status=202),
        )


class Progress(AdminView):
    @extend_schema(
        operation_id="invitation_progress",
        summary="How many invitations are in which state",
        tags=["accounts"],
        parameters=[IMPORT],
        responses=serializers.InvitationProgressSerializer,
    )
    def get(self, request: Request) -> Response:
        batch = request.query_params.get("import_id", "")
        return Response(services.invitation_progress(batch))


class InvitationImport(AdminView):
    @extend_schema(
        operation_id="import_invitations",
        summary="Invite everybody a CSV file names",
        description="Columns: person, email, groups, in English or Spanish. All rows are checked "
        "before one is stored; without `partial` a bad row refuses all, with 422 and every fault. "
        "202 says what was, or of a dry run would be, done. A file may be sent twice.",
        tags=["accounts"],
        parameters=[*SWITCHES, KEY],
        request={"text/csv": OpenApiTypes.STR},
        responses={202: serializers.InvitationImportSerializer},
    )
    def post(self, request: Request) -> HttpResponseBase:
        content = bodies.csv(request)
        dry_run, partial = _switch(request, "dry_run"), _switch(request, "partial")

        def work() -> Response:
            found = services.invite_table(content, dry_run=dry_run, partial=partial)
            told = serializers.faults(found.faults, _language())
            if told and not (dry_run or partial):
                raise Invalid(
                    "Some rows have faults; nothing was stored.",
                    code="bad_rows",
                    errors=tuple(_named(one) for one in told),
                )
            answer = {
                "dry_run": dry_run,
                "rows": found.rows,
                "invited": found.invited,
                "unchanged": found.unchanged,
                "faults": told,
                "import_id": found.batch or None,
            }
            return Response(answer, status=202)

        return idempotency.once(request, work)


class Accounts(AdminView):
    @extend_schema(
        operation_id="accounts",
        summary="Who can sign in, by person",
        tags=["accounts"],
        parameters=paging.PARAMETERS,
        responses=serializers.AccountsSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = paging.asked(request, "accounts")
        found, following = services.accounts(limit=asked.limit, start=asked.start)
        return asked.answer([_account(one) for one in found], following)


class Account(AdminView):
    @extend_schema(
        operation_id="account",
        summary="One person's account, with its invitation and last order",
        tags=["accounts"],
        parameters=[PERSON],
        responses=serializers.AccountSerializer,
    )
    def get(self, _request: Request, person: str) -> Response:
        return Response(_account(services.account(person)))


class Orders(AdminView):
    @extend_schema(
        operation_id="order_account",
        summary="Have an account disabled, enabled, its groups, e-mail or password changed",
        description="A worker carries it out, within seconds as a rule. Tokens that exist live 5 "
        "minutes at most. One order at a time (`order_open`); nobody takes their own admin right "
        "(`own_account`) or that of the last school admin (`last_school_admin`).",
        tags=["accounts"],
        parameters=[PERSON, KEY],
        request=serializers.NewOrderSerializer,
        responses={202: serializers.OrderSerializer},
    )
    def post(self, request: Request, person: str) -> HttpResponseBase:
        given = _valid(serializers.NewOrderSerializer, request)

        def work() -> Response:
            made = services.order_account(
                person,
                Act(given["act"]),
                reason=given["reason"],
                groups=frozenset(given.get("groups", ())),
                email=given.get("email", ""),
            )
            return Response(serializers.order(made, _language()), status=202)

        return idempotency.once(request, work)


def _valid(kind: Any, request: Request) -> dict[str, Any]:
    data = kind(data=request.data)
    data.is_valid(raise_exception=True)
    found: dict[str, Any] = data.validated_data
    return found


def _language() -> str:
    return translation.get_language() or ""


def _state(request: Request) -> InvitationState | None:
    given = request.query_params.get("state")
    if given is None:
        return None
    try:
        return InvitationState(given)
    except ValueError:
        fault = FieldError("state", f"One of {', '.join(InvitationState)}.")
        raise Invalid("The state is not valid.", errors=(fault,)) from None


def _switch(request: Request, name: str) -> bool:
    given = request.query_params.get(name, "false")
    if given not in {"true", "false"}:
        raise Invalid(f"{name} is not valid.", errors=(FieldError(name, "true or false."),))
    return given == "true"


def _named(fault: dict[str, Any]) -> FieldError:
    column = f".{fault['column']}" if fault["column"] else ""
    return FieldError(f"line {fault['line']}{column}", fault["message"])


def _invitation(one: Any) -> dict[str, Any]:
    return serializers.invitation(one, _language())


def _account(seen: AccountSeen) -> dict[str, Any]:
    one, language = seen.account, _language()
    return {
        "person": one.person,
        "email": one.email,
        "groups": sorted(one.groups),
        "state": one.state.value,
        "invitation": serializers.invitation(seen.invitation, language)
        if seen.invitation
        else None,
        "last_order": serializers.order(seen.order, language) if seen.order else None,
    }
