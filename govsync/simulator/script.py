"""What happens to which call: a list of steps, read from a file or sent over HTTP.

    [{"call": 3, "do": "unanswered"},
     {"calls": [5, 8], "do": "fail", "status": 429, "retry_after": 7},
     {"from": 60, "for": 30, "school_id": "north", "do": "refuse"}]

A step numbers the calls that it is about: those of its method (`on`) and of its
school, from the moment the script was set. Several steps may meet in one call.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from random import Random
from typing import Any

MOST_STEPS = 1000
ALL = 2**31
SERVER_TROUBLE = frozenset({429, 500, 502, 503, 504})
REFUSALS = frozenset({401, 403})
NO_DETAIL = frozenset({400, 413, 415, 422})
STATUSES = {
    "fail": SERVER_TROUBLE,
    "refuse": REFUSALS,
    "unanswered": frozenset({500, 502, 504}),
    "vague": NO_DETAIL,
}
FIRST_STATUS = {"fail": 503, "refuse": 401, "vague": 400}
NAMES = frozenset(
    {
        *("fail", "refuse", "hang", "cut", "garble", "unanswered", "slow"),
        *("reject", "partial", "count", "vague", "conflict", "duplicate", "lose", "change"),
    }
)
METHODS = ("POST", "GET", "any")


class Refused(ValueError):
    """Settings that make no sense."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done to a call; which of the details count depends on the deed."""

    name: str
    status: int = 0  # 0: the usual one
    seconds: float = 0  # slow: how late
    retry_after: float = 0
    records: int = 1  # how many are refused, lost or changed
    score: str = "0"  # change: to this
    kept: bool = True  # duplicate: whether it was kept
    revision: str = "own"  # change: over what is held, or "sent": as if nothing had happened
    by_script: bool = False  # it finds fault also where there is none


@dataclass(frozen=True, slots=True)
class Step:
    deed: Deed
    on: str = "POST"
    school: str = ""  # every school
    first: int = 1  # call
    last: int = ALL
    begins: float = 0  # seconds
    ends: float = float("inf")
    share: float = 1

    def strikes(self, number: int, passed: float) -> bool:
        return self.first <= number <= self.last and self.begins <= passed < self.ends

    def is_about(self, method: str, school: str) -> bool:
        return self.on in {method, "any"} and self.school in {"", school}


@dataclass(slots=True)
class Script:
    """Steps, and how many calls each has seen and struck. Whoever asks holds a lock."""

    steps: list[Step]
    seen: list[int] = field(init=False)
    struck: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.seen, self.struck = [0] * len(self.steps), [0] * len(self.steps)

    def deeds(self, method: str, school: str, passed: float, dice: Random) -> dict[str, Deed]:
        found: dict[str, Deed] = {}
        for n, step in enumerate(self.steps):
            if not step.is_about(method, school):
                continue
            self.seen[n] += 1
            if step.strikes(self.seen[n], passed) and dice.random() < step.share:
                self.struck[n] += 1
                found.setdefault(step.deed.name, step.deed)
        return found

    def shown(self) -> list[dict[str, Any]]:
        return [
            {"do": step.deed.name, "seen": self.seen[n], "struck": self.struck[n]}
            for n, step in enumerate(self.steps)
        ]


def parsed(raw: Any) -> Script:
    if not isinstance(raw, list):
        raise Refused("A script must be a JSON list of steps.")
    if len(raw) > MOST_STEPS:
        raise Refused(f"A script may have {MOST_STEPS} steps.")
    return Script([_step(n, given) for n, given in enumerate(raw)])


def _step(number: int, raw: Any) -> Step:
    where = f"Step {number}"
    if not isinstance(raw, Mapping):
        raise Refused(f"{where} must be a JSON object.")
    unknown = set(raw) - set(_READ) - {"do"}
    if unknown:
        raise Refused(f"{where} has {min(unknown)!r}; known are do, {', '.join(sorted(_READ))}.")
    if str(raw.get("do")) not in NAMES:
        raise Refused(f"{where} does {raw.get('do')!r}; there are {', '.join(sorted(NAMES))}.")
    if "call" in raw and "calls" in raw:
        raise Refused(f"{where} has both call and calls.")
    try:
        read = {name: _READ[name](value) for name, value in raw.items() if name != "do"}
    except ValueError as error:
        raise Refused(f"{where}: {error}") from error
    return _built(where, str(raw["do"]), read)


def _built(where: str, name: str, read: Mapping[str, Any]) -> Step:
    details = {one.name: read[one.name] for one in fields(Deed) if one.name in read}
    deed = replace(Deed(name, status=FIRST_STATUS.get(name, 0), by_script=True), **details)
    if "status" in details and deed.status not in STATUSES.get(name, ()):
        raise Refused(f"{where}: {name} has no status {deed.status}.")
    calls = (read["call"],) * 2 if "call" in read else read.get("calls", (1, ALL))
    begins = read.get("from", 0)
    return Step(
        deed,
        on=read.get("on", "POST"),
        school=read.get("school_id", ""),
        first=calls[0],
        last=calls[1],
        begins=begins,
        ends=begins + read.get("for", float("inf")),
        share=read.get("share", 1),
    )


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < ALL:
        raise ValueError(f"{value!r} is no number of at least 0.")
    return value


def _share(value: Any) -> float:
    if _number(value) > 1:
        raise ValueError("A share is between 0 and 1.")
    return float(value)


def _whole(value: Any) -> int:
    if _number(value) != int(value) or value < 1:
        raise ValueError(f"{value!r} is no whole number of at least 1.")
    return int(value)


def _calls(value: Any) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2 or _whole(value[0]) > _whole(value[1]):  # noqa: PLR2004 -- first and last
        raise ValueError("calls are a list of the first and the last, from 1.")
    return _whole(value[0]), _whole(value[1])


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 100:  # noqa: PLR2004 -- of any id or score
        raise ValueError(f"{value!r} is no text of 1 to 100 letters.")
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false.")  # noqa: TRY004 -- as all others
    return value


def _one_of(*words: Any) -> Any:
    def read(value: Any) -> Any:
        if value not in words:
            raise ValueError(f"{value!r} is none of {', '.join(map(repr, words))}.")
        return value

    return read


_READ: dict[str, Any] = {
    "call": _whole,
    "calls": _calls,
    "from": _number,
    "for": _number,
    "share": _share,
    "on": _one_of(*METHODS),
    "school_id": _text,
    "status": _whole,
    "seconds": _number,
    "retry_after": _number,
    "records": _whole,
    "score": _text,
    "kept": _truth,
    "revision": _one_of("own", "sent"),
}
