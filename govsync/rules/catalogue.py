"""What the authority demands of a record: checked here before anything is sent.

The demands are data, `deploy/authority.json`; this module knows none of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from govsync.domain import Candidate

ANY = "any"


@dataclass(frozen=True, slots=True)
class Code:
    """An identifier of people or schools: whether it must be there, and how it looks."""

    required: bool
    pattern: re.Pattern[str]

    def fault(self, given: str, absent: str, wrong: str) -> str:
        if not given:
            return absent if self.required else ""
        return "" if self.pattern.fullmatch(given) else wrong


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One version of the authority's demands."""

    version: str
    cct: Code
    curp: Code
    least: Decimal
    most: Decimal
    decimals: int
    verdicts: frozenset[str]
    subjects: frozenset[str] | None  # None: any code

    def fault(self, candidate: Candidate, cct: str) -> str:
        """Why a grade is not sent, the first reason of several; empty when it may be."""
        if not candidate.known:
            return "unknown_student"
        return (
            self.cct.fault(cct, "no_cct", "cct_invalid")
            or self._subject(candidate.sent_as)
            or self._score(candidate.score)
            or self._verdict(candidate.verdict)
            or self.curp.fault(candidate.curp, "missing_curp", "curp_invalid")
        )

    def knows(self, code: str) -> bool:
        return self.subjects is None or code in self.subjects

    def _subject(self, code: str) -> str:
        return "" if self.knows(code) else "unknown_subject_code"

    def _score(self, score: Decimal | None) -> str:
        if score is None:
            return "undefined_grade"
        if not self.least <= score <= self.most:
            return "score_out_of_scale"
        places = -int(score.normalize().as_tuple().exponent)
        return "too_many_decimals" if places > self.decimals else ""

    def _verdict(self, verdict: str) -> str:
        return "" if verdict in self.verdicts else "unknown_verdict"


def parse(raw: Mapping[str, Any]) -> Catalogue:
    """Read a catalogue; what is missing or unknown in it is an error."""
    known = {"version", "cct", "curp", "score", "verdicts", "subjects"}
    if raw.keys() != known:
        raise ValueError(f"A catalogue says {', '.join(sorted(known))}.")
    subjects = raw["subjects"]
    return Catalogue(
        version=str(raw["version"]),
        cct=_code(raw["cct"]),
        curp=_code(raw["curp"]),
        least=Decimal(raw["score"]["least"]),
        most=Decimal(raw["score"]["most"]),
        decimals=int(raw["score"]["decimals"]),
        verdicts=frozenset(raw["verdicts"]),
        subjects=None if subjects == ANY else frozenset(subjects),
    )


def _code(raw: Mapping[str, Any]) -> Code:
    return Code(raw["required"] is True, re.compile(raw["pattern"], re.ASCII))
