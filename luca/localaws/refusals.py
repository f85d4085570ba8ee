"""How a refused request is answered: with AWS's own code, in the dialect of its service."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from xml.sax.saxutils import escape


class Reason(Enum):
    DENIED = "denied"
    UNSIGNED = "unsigned"
    UNKNOWN_KEY = "unknown key"
    BAD_SIGNATURE = "bad signature"
    EXPIRED = "expired"
    CLOSED = "closed"  # the pool's own configuration forbids it, whoever asks
    INVALID = "invalid"


JSON_CODES = {
    Reason.DENIED: "AccessDeniedException",
    Reason.UNSIGNED: "MissingAuthenticationTokenException",
    Reason.UNKNOWN_KEY: "UnrecognizedClientException",
    Reason.BAD_SIGNATURE: "InvalidSignatureException",
    Reason.EXPIRED: "ExpiredTokenException",
    Reason.CLOSED: "NotAuthorizedException",
    Reason.INVALID: "ValidationException",
}
QUERY_CODES = {
    Reason.DENIED: "AccessDenied",
    Reason.UNSIGNED: "MissingAuthenticationToken",
    Reason.UNKNOWN_KEY: "InvalidClientTokenId",
    Reason.BAD_SIGNATURE: "SignatureDoesNotMatch",
    Reason.EXPIRED: "ExpiredToken",
    Reason.CLOSED: "AccessDenied",
    Reason.INVALID: "ValidationError",
}
S3_CODES = QUERY_CODES | {
    Reason.UNSIGNED: "AccessDenied",
    Reason.UNKNOWN_KEY: "InvalidAccessKeyId",
    Reason.INVALID: "InvalidRequest",
}


class Refused(Exception):
    """A request that must not reach the emulator."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason, self.message = reason, message


JSON = "application/x-amz-json-1.0"


class Denied(Refused):
    """A refusal by policy, which knows what it refused."""

    def __init__(self, user: str, action: str, resource: str, keys: Sequence[str] = ()) -> None:
        super().__init__(
            Reason.DENIED,
            f"User: {user} is not authorized to perform: {action} on resource: {resource}"
            f" because no policy allows the {action} action",
        )
        self.action, self.resource, self.leading_keys = action, resource, tuple(keys)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    kind: str
    body: bytes
    query_error: str = ""  # SQS speaks JSON and keeps the codes of its older dialect here


def answer(refusal: Refused, *, target: str, path: str) -> tuple[str, Answer]:
    """The code and the whole answer; a target header means JSON, a path means S3."""
    if target:
        code = JSON_CODES[refusal.reason]
        content = {"__type": f"com.amazon.coral.service#{code}", "message": refusal.message}
        body = json.dumps(content).encode()
        if target.startswith("AmazonSQS."):
            code = QUERY_CODES[refusal.reason]
            return code, Answer(403, JSON, body, f"{code};Sender")
        return code, Answer(400, JSON, body)
    codes = QUERY_CODES if path == "/" else S3_CODES
    code = codes[refusal.reason]
    error = f"<Code>{code}</Code><Message>{escape(refusal.message)}</Message>"
    if path == "/":
        error = f"<Type>Sender</Type>{error}"
        text = f"<ErrorResponse><Error>{error}</Error></ErrorResponse>"
    else:
        text = f"<Error>{error}</Error>"
    return code, Answer(403, "text/xml", text.encode())
