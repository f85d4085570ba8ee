"""What can go wrong, in the language of the school and not of HTTP or AWS."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of a request."""

    field: str  # dotted path, e.g. "evaluations.3.score"
    message: str


class LucaError(Exception):
    """Base of every error that Luca raises on purpose.

    `code` is stable and for programs; the message is for people and never
    carries a name, a CURP or an e-mail address.
    """

    code = "error"

    def __init__(
        self, message: str = "", *, code: str = "", errors: tuple[FieldError, ...] = ()
    ) -> None:
        super().__init__(message)
        self.code = code or self.code
        self.errors = errors


class Malformed(LucaError):
    """The request cannot be read at all."""

    code = "malformed"


class Unauthenticated(LucaError):
    """Nobody knows who is asking."""

    code = "unauthenticated"


class Forbidden(LucaError):
    """The caller is known and may not do this."""

    code = "forbidden"


class NotFound(LucaError):
    """There is no such thing in this school."""

    code = "not_found"


class Conflict(LucaError):
    """It contradicts what is stored."""

    code = "conflict"


class PreconditionFailed(LucaError):
    """Someone else changed it first; read it again and retry."""

    code = "precondition_failed"


class TooLarge(LucaError):
    """More than one request may carry."""

    code = "too_large"


class Invalid(LucaError):
    """The request is well formed, and what it says cannot be."""

    code = "invalid"


class TooMany(LucaError):
    """Slow down; `wait` says for how many seconds, when that is known."""

    code = "too_many_requests"

    def __init__(
        self,
        message: str = "",
        *,
        code: str = "",
        errors: tuple[FieldError, ...] = (),
        wait: float | None = None,
    ) -> None:
        super().__init__(message, code=code, errors=errors)
        self.wait = wait


class Unavailable(LucaError):
    """Something that Luca needs does not answer now; the same request may pass later."""

    code = "unavailable"


class NoSchool(RuntimeError):
    """Code ran outside any school: a mistake of ours, never of the caller's."""
