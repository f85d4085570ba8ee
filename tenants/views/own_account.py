"""One's own account: a forgotten password, another password, an authenticator app."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from luca.api import throttling
from luca.api.views import PublicView, SchoolView
from luca.kernel.errors import Unauthenticated
from tenants.serializers.signing_in import (
    LONGEST_TOKEN,
    ChangeSerializer,
    CodeSerializer,
    ForgottenSerializer,
    ProofSerializer,
    ResetSerializer,
    SecretSerializer,
)
from tenants.services import own_account
from tenants.views.signing_in import read

HEADER = "X-Access-Token"
ACCESS_TOKEN = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="the `access_token` of the sign-in, beside the ID token",
)


class ForgotPassword(PublicView):
    @extend_schema(
        operation_id="forgot_password",
        summary="Have a code mailed, to choose another password",
        description="202 whether or not the address has an account.",
        tags=["auth"],
        request=ForgottenSerializer,
        responses={202: None},
    )
    def post(self, request: Request) -> Response:
        own_account.forgot_password(read(ForgottenSerializer, request)["email"])
        return Response(status=202)


class ResetPassword(PublicView):
    @extend_schema(
        operation_id="reset_password",
        summary="Choose another password with the code from the mail",
        description="422 `wrong_code` for a wrong, used or old code, and for an unknown address.",
        tags=["auth"],
        request=ResetSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        given = read(ResetSerializer, request)
        address = throttling.address(request._request)  # noqa: SLF001 -- DRF's request hides its headers' source
        own_account.reset_password(given["email"], given["code"], given["password"], address)
        return Response(status=204)


class ChangePassword(SchoolView):
    @extend_schema(
        operation_id="change_password",
        summary="Choose another password, knowing the present one",
        tags=["auth"],
        parameters=[ACCESS_TOKEN],
        request=ChangeSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        given = read(ChangeSerializer, request)
        own_account.change_password(
            self.caller, access_token(request), given["old_password"], given["new_password"]
        )
        return Response(status=204)


class Totp(SchoolView):
    @extend_schema(
        operation_id="begin_totp",
        summary="Take a secret for an authenticator app",
        description="Nothing changes before a code of the app is shown to `/me/totp/verify`. Who "
        "has an app already also shows the `password`.",
        tags=["auth"],
        parameters=[ACCESS_TOKEN],
        request=ProofSerializer,
        responses={201: SecretSerializer},
    )
    def post(self, request: Request) -> Response:
        shown = access_token(request)
        made = own_account.begin_totp(self.caller, shown, _password(request))
        told = {"secret": made.secret, "uri": made.uri}
        return Response(told, status=201, headers={"Cache-Control": "no-store"})

    @extend_schema(
        operation_id="give_up_totp",
        summary="Sign in without an authenticator app from now on",
        description='The body is `{"password": …}`. Everybody is signed out, the caller too. 403 '
        "`totp_required` where the school asks it of its staff.",
        tags=["auth"],
        parameters=[ACCESS_TOKEN],
        responses={204: None},
    )
    def delete(self, request: Request) -> Response:
        shown = access_token(request)
        own_account.give_up_totp(self.caller, shown, _password(request))
        return Response(status=204)


class VerifyTotp(SchoolView):
    @extend_schema(
        operation_id="verify_totp",
        summary="Show a code of the app; signing in asks for one from now on",
        description="If it takes the place of another app everybody is signed out, the caller too.",
        tags=["auth"],
        parameters=[ACCESS_TOKEN],
        request=CodeSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        given = read(CodeSerializer, request)
        own_account.verify_totp(self.caller, access_token(request), given["code"])
        return Response(status=204)


def access_token(request: Request) -> str:
    found: str = request.headers.get(HEADER, "")
    if not found or len(found) > LONGEST_TOKEN:
        raise Unauthenticated(f"This needs your access token in {HEADER}.", code="invalid_token")
    return found


def _password(request: Request) -> str:
    """What is shown as proof; who has no app yet may send nothing at all."""
    return str(read(ProofSerializer, request)["password"]) if request.data else ""
