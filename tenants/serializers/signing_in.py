"""The JSON of signing in."""

from typing import Any

from rest_framework import serializers


class LoginSerializer(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=256, trim_whitespace=False)


class RefreshSerializer(serializers.Serializer[Any]):
    refresh_token = serializers.CharField(max_length=8192)


class MeSerializer(serializers.Serializer[Any]):
    """Who the token speaks for."""

    person = serializers.CharField()
    school = serializers.CharField()
    groups = serializers.ListField(child=serializers.CharField())


class TokensSerializer(MeSerializer):
    """Present `id_token` as `Authorization: Bearer …`; renew it with `refresh_token`."""

    id_token = serializers.CharField()
    refresh_token = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="seconds")
