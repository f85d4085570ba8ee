"""The JSON of signing in."""

from typing import Any

from rest_framework import serializers

LONGEST_TOKEN = 8192


def _email() -> serializers.CharField:
    return serializers.CharField(max_length=254)


def _password(**more: Any) -> serializers.CharField:
    return serializers.CharField(max_length=256, trim_whitespace=False, **more)


def _code(**more: Any) -> serializers.CharField:
    return serializers.CharField(max_length=16, **more)


class LoginSerializer(serializers.Serializer[Any]):
    email = _email()
    password = _password()


class RefreshSerializer(serializers.Serializer[Any]):
    refresh_token = serializers.CharField(max_length=LONGEST_TOKEN)


class LogoutSerializer(RefreshSerializer):
    everywhere = serializers.BooleanField(
        default=False, help_text="end the sessions of all devices, not of this one only"
    )


class AnswerSerializer(serializers.Serializer[Any]):
    """`new_password` answers a challenge of that name, `code` the other two."""

    session = serializers.CharField(max_length=LONGEST_TOKEN)
    new_password = _password(required=False)
    code = _code(required=False)


class ForgottenSerializer(serializers.Serializer[Any]):
    email = _email()


class ResetSerializer(ForgottenSerializer):
    code = _code()
    password = _password()


class ChangeSerializer(serializers.Serializer[Any]):
    old_password = _password()
    new_password = _password()


class CodeSerializer(serializers.Serializer[Any]):
    code = _code()


class ProofSerializer(serializers.Serializer[Any]):
    password = _password(
        required=False, default="", allow_blank=True, help_text="of who has an app already"
    )


class SecretSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="to be typed into the app")
    uri = serializers.CharField(help_text="otpauth://…, to be shown as a QR code")


class MeSerializer(serializers.Serializer[Any]):
    """Who the token speaks for."""

    person = serializers.CharField()
    school = serializers.CharField()
    groups = serializers.ListField(child=serializers.CharField())


class TokensSerializer(MeSerializer):
    """Present `id_token` as `Authorization: Bearer …`; renew it with `refresh_token`.

    `access_token` is for one's own account only: `X-Access-Token` of `/auth/change-password`
    and `/me/totp`.
    """

    id_token = serializers.CharField()
    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="seconds")


class ChallengeSerializer(serializers.Serializer[Any]):
    """A step before there are tokens: bring `session` and the answer to `/auth/challenge`."""

    challenge = serializers.ChoiceField(choices=["new_password", "totp", "totp_setup"])
    session = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="seconds")
    secret = serializers.CharField(required=False, help_text="`totp_setup` only")
    uri = serializers.CharField(required=False, help_text="`totp_setup` only")
