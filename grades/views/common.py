"""What the views of grades share: who passes, and what the schema says of it."""

from drf_spectacular.utils import OpenApiParameter

STAFF = ("teacher", "school_admin")
READERS = (*STAFF, "student", "guardian")
READ, WRITE = ("grades.read",), ("evaluations.write",)
KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="the same key and body are answered the same and stored once",
)


def ids(*names: str) -> list[OpenApiParameter]:
    return [OpenApiParameter(name, str, OpenApiParameter.PATH) for name in names]
