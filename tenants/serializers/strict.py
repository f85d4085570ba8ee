"""What comes in: a field that is not known is a mistake of the caller, and said to be one."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from luca.api.bodies import unknown_name
from luca.kernel.errors import Invalid


class Strict(serializers.Serializer[Any]):
    """A serializer that refuses what it does not know instead of passing over it."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        if unknown:
            names = sorted({unknown_name(str(one)) for one in unknown})
            raise serializers.ValidationError(dict.fromkeys(names, "Is not known here."))
        return super().to_internal_value(data)


def given(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return what a request says, once it is judged."""
    data = kind(data=request.data)
    data.is_valid(raise_exception=True)
    found: dict[str, Any] = data.validated_data
    return found


def changes(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return what is to be changed; asking for nothing is a mistake too, and no way to read."""
    found = given(kind, request)
    if not found:
        raise Invalid("There is nothing to change.")
    return found
