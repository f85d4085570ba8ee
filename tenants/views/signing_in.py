"""Signing in, staying signed in, and asking who one is."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from luca.api import tokens
from luca.api.permissions import SCOPES, Anyone
from luca.api.verifying import Principal
from luca.api.views import PublicView, SchoolView
from luca.aws import identity
from luca.kernel.errors import Unauthenticated
from tenants.serializers.signing_in import (
    LoginSerializer,
    MeSerializer,
    RefreshSerializer,
    TokensSerializer,
)


class Login(PublicView):
    @extend_schema(
        operation_id="login",
        summary="Exchange an e-mail address and a password for tokens",
        description="An unknown address and a wrong password answer alike. 403 with a code "
        "`challenge_…` means that the account must complete a step first.",
        tags=["auth"],
        request=LoginSerializer,
        responses={200: TokensSerializer},
    )
    def post(self, request: Request) -> Response:
        data = LoginSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        given = data.validated_data
        # Logins are kept in lower case; a phone's keyboard begins an address with a capital.
        found = identity.sign_in(given["email"].lower(), given["password"])
        return _tokens(found, found.refresh_token)


class Refresh(PublicView):
    @extend_schema(
        operation_id="refresh",
        summary="Exchange a refresh token for a new ID token",
        tags=["auth"],
        request=RefreshSerializer,
        responses={200: TokensSerializer},
    )
    def post(self, request: Request) -> Response:
        data = RefreshSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        given = data.validated_data["refresh_token"]
        found = identity.refresh(given)
        return _tokens(found, found.refresh_token or given)


class Me(SchoolView):
    permission_classes = [Anyone(scopes=tuple(SCOPES))]

    @extend_schema(
        operation_id="me",
        summary="Who the token speaks for",
        tags=["auth"],
        responses={200: MeSerializer},
    )
    def get(self, _request: Request) -> Response:
        return Response(_who(self.caller))


def _tokens(found: identity.Tokens, refresh_token: str) -> Response:
    try:
        who = tokens.verify(found.id_token)
    except Unauthenticated:  # an account of the pool without a school cannot enter Luca
        raise Unauthenticated("The e-mail or password is wrong.", code="sign_in") from None
    return Response(
        {
            "id_token": found.id_token,
            "refresh_token": refresh_token,
            "expires_in": found.expires_in,
            **_who(who),
        }
    )


def _who(who: Principal) -> dict[str, object]:
    return {"person": who.person, "school": who.school, "groups": sorted(who.groups)}
