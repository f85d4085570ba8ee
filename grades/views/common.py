"""What the views of grades share: who passes, and what the schema says of it."""

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from luca.api.etags import if_match
from luca.kernel.errors import FieldError, Invalid

STAFF = ("teacher", "school_admin")
READERS = (*STAFF, "student", "guardian")
READ, WRITE = ("grades.read",), ("evaluations.write",)
PAGE = [
    OpenApiParameter("limit", int, description="rows of a page, 1 to 100"),
    OpenApiParameter("cursor", str, description="`next_cursor` of the page before"),
]
KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="the same key and body are answered the same and stored once",
)
SEEN = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="the version that was seen"
)


def ids(*names: str) -> list[OpenApiParameter]:
    return [OpenApiParameter(name, str, OpenApiParameter.PATH) for name in names]


def seen(request: Request) -> int:
    """The version that the caller must say to have seen."""
    version = if_match(request)
    if version is None:
        message = "Say which version you saw, in If-Match."
        raise Invalid(message, code="version_missing", errors=(FieldError("If-Match", message),))
    return version
