"""What the OpenAPI description needs to know of us; and its pages, which work offline."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import translation
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer

from luca.aws.integrators import SCOPES

METHODS = {"get", "post", "put", "patch", "delete"}
_TEXT = {"type": "string"}
FAULT = {
    "type": "object",
    "properties": {
        "field": {**_TEXT, "description": "dotted path, for example evaluations.3.score"},
        "message": _TEXT,
    },
    "required": ["field", "message"],
}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable and for programs.",
    "properties": {
        **dict.fromkeys(("type", "title", "detail", "code"), _TEXT),
        "status": {"type": "integer"},
        "errors": {"type": "array", "items": FAULT},
    },
    "required": ["type", "title", "status", "detail", "code"],
}
ANSWER = {
    "description": "What went wrong",
    "content": {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
    },
}


PROGRAMS = {
    "type": "oauth2",
    "description": "For programs. A scope is asked for as `luca/<scope>`.",
    "flows": {
        "clientCredentials": {
            "tokenUrl": "https://login.invalid/oauth2/token",
            "x-note": "The operator tells you the address of the pool's domain.",
            "scopes": SCOPES,
        }
    },
}


class CognitoScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its metaclass registers it
    target_class = "luca.api.auth.CognitoAuthentication"
    name = "idToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def add_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say of every operation that its errors are problems; a hook of drf-spectacular."""
    for operations in result["paths"].values():
        for method, operation in operations.items():
            if method in METHODS:
                operation["responses"].setdefault("default", ANSWER)
    result["components"]["schemas"]["Problem"] = PROBLEM
    result["components"]["securitySchemes"]["program"] = PROGRAMS
    return result


_languages: dict[int, str] = {}  # by description


@lru_cache(maxsize=4)
def _described(language: str) -> Any:
    """The whole description, made once for each language: it costs a second and anybody may ask."""
    with translation.override(language):
        made = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    _languages[id(made)] = language
    return made


class Described(SchemaGenerator):
    """What `/schema` asks: the same for everybody, whatever version a query names."""

    def get_schema(self, request: Any = None, public: bool = False) -> Any:  # noqa: FBT001, FBT002 -- its own signature
        asked = translation.get_language()
        return _described(asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)


def _once(renderer: type[BaseRenderer]) -> type[BaseRenderer]:
    """The description's text is made once as well: a fifth of a second, and nobody need sign in."""

    @lru_cache(maxsize=4)
    def written(language: str) -> Any:
        return renderer().render(_described(language))

    class Once(renderer):  # type: ignore[misc, valid-type]
        def render(self, data: Any, *more: Any, **named: Any) -> Any:
            language = _languages.get(id(data), "")
            ours = bool(language) and data is _described(language)
            return written(language) if ours else super().render(data, *more, **named)

    return Once


class Schema(SpectacularAPIView):
    generator_class = Described
    renderer_classes = [_once(renderer) for renderer in SpectacularAPIView.renderer_classes]
    content_negotiation_class = DefaultContentNegotiation
    authentication_classes = []
    permission_classes = []


class Docs(SpectacularSwaggerView):
    content_negotiation_class = DefaultContentNegotiation
    authentication_classes = []
    permission_classes = []
    url_name = "schema"
