"""What a run would hold, and the subjects' codes, as JSON."""

from typing import Any

from rest_framework import serializers

from govsync.serializers.ledger import CauseSerializer, cause
from govsync.services import Preflight


class PreflightSerializer(serializers.Serializer[Any]):
    version = serializers.CharField(help_text="of the authority's demands")
    ready = serializers.IntegerField(help_text="records that may be sent")
    blocked = serializers.IntegerField(help_text="records that would not be sent")
    causes = CauseSerializer(many=True)


class SubjectsSerializer(serializers.Serializer[Any]):
    codes = serializers.DictField(
        child=serializers.CharField(max_length=64),
        help_text="the authority's code by subject; a subject that is not here goes under its id",
    )


def preflight(found: Preflight, language: str) -> dict[str, Any]:
    return {
        "version": found.version,
        "ready": found.ready,
        "blocked": found.blocked,
        "causes": [cause(one, language) for one in found.causes],
    }
