"""Signing in, staying signed in, signing out, and asking who one is."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from luca.api import throttling
from luca.api.permissions import Anyone
from luca.api.verifying import Principal
from luca.api.views import PublicView, SchoolView
from luca.aws.integrators import SCOPES
from tenants.serializers.signing_in import (
    AnswerSerializer,
    ChallengeSerializer,
    LoginSerializer,
    LogoutSerializer,
    MeSerializer,
    RefreshSerializer,
    TokensSerializer,
)
from tenants.services import signing_in
from tenants.services.signing_in import Pending, SignedIn

OUTCOME = PolymorphicProxySerializer(
    component_name="SignIn",
    serializers=[TokensSerializer, ChallengeSerializer],
    resource_type_field_name=None,
)


class Login(PublicView):
    @extend_schema(
        operation_id="login",
        summary="Exchange an e-mail address and a password for tokens, or for the next step",
        description="An unknown address and a wrong password answer alike. With `challenge` in "
        "the answer there are no tokens yet: `POST /auth/challenge` goes on.",
        tags=["auth"],
        request=LoginSerializer,
        responses={200: OUTCOME},
    )
    def post(self, request: Request) -> Response:
        given = read(LoginSerializer, request)
        address = throttling.address(request._request)  # noqa: SLF001 -- DRF's request hides its headers' source
        return _outcome(signing_in.sign_in(given["email"], given["password"], address))


class Answer(PublicView):
    @extend_schema(
        operation_id="answer_challenge",
        summary="Take the next step of signing in",
        description="`new_password`: the first password of one's own. `totp`: the code of the "
        "authenticator app. `totp_setup`: a code of the app that was set up with `secret`. A "
        "wrong answer leaves the step open; 401 `challenge_over` means to begin again.",
        tags=["auth"],
        request=AnswerSerializer,
        responses={200: OUTCOME},
    )
    def post(self, request: Request) -> Response:
        given = read(AnswerSerializer, request)
        return _outcome(signing_in.respond(given.pop("session"), given))


class Refresh(PublicView):
    @extend_schema(
        operation_id="refresh",
        summary="Exchange a refresh token for new tokens",
        tags=["auth"],
        request=RefreshSerializer,
        responses={200: TokensSerializer},
    )
    def post(self, request: Request) -> Response:
        given = read(RefreshSerializer, request)["refresh_token"]
        return _tokens(signing_in.renew(given), given)


class Logout(PublicView):
    @extend_schema(
        operation_id="logout",
        summary="End this session, or those of all devices",
        description="204 for a token that is no good any more, too. An ID token that is out "
        "already lapses within five minutes.",
        tags=["auth"],
        request=LogoutSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        given = read(LogoutSerializer, request)
        signing_in.sign_out(given["refresh_token"], everywhere=given["everywhere"])
        return Response(status=204)


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


def read(serializer: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    data = serializer(data=request.data)
    data.is_valid(raise_exception=True)
    given: dict[str, Any] = data.validated_data
    return given


def _outcome(found: SignedIn | Pending) -> Response:
    if isinstance(found, SignedIn):
        return _tokens(found, found.tokens.refresh_token)
    told: dict[str, object] = {
        "challenge": found.challenge,
        "session": found.session,
        "expires_in": found.seconds,
    }
    if found.secret is not None:
        told |= {"secret": found.secret.secret, "uri": found.secret.uri}
    return _private(told)


def _tokens(found: SignedIn, refresh_token: str) -> Response:
    return _private(
        {
            "id_token": found.tokens.id_token,
            "access_token": found.tokens.access_token,
            "refresh_token": found.tokens.refresh_token or refresh_token,
            "expires_in": found.tokens.expires_in,
            **_who(found.who),
        }
    )


def _private(told: dict[str, object]) -> Response:
    """Nothing between us and the caller may keep what opens an account."""
    return Response(told, headers={"Cache-Control": "no-store"})


def _who(who: Principal) -> dict[str, object]:
    return {"person": who.person, "school": who.school, "groups": sorted(who.groups)}
