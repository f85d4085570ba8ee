"""The words of the table: who asks, what is answered, and a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from luca.aws.integrators import SCOPES
from tests.permissions.world import Target

Part = Callable[[Target], Any]


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who asks. The student is Ada of group 1A; the others stand in relation to her."""

    name: str  # as rows say it
    person: str
    groups: tuple[str, ...]
    es: str
    en: str
    scopes: tuple[str, ...] = ()

    @property
    def is_program(self) -> bool:
        return "integrator" in self.groups


NOBODY = Who("nobody", "", (), "Sin sesión", "Not signed in")
PEOPLE = (
    Who("student", "ada", ("student",), "El propio alumno", "The student"),
    Who("classmate", "blas", ("student",), "Otro alumno", "Another student"),
    Who("guardian", "gloria", ("guardian",), "Su tutor", "Their guardian"),
    Who("other_guardian", "hugo", ("guardian",), "Tutor de otro", "Another's guardian"),
    Who("teacher", "teresa", ("teacher",), "Docente de la materia", "Teacher of the subject"),
    Who("colleague", "arturo", ("teacher",), "Docente de otra materia", "Teacher, other subject"),
    Who("other_teacher", "tomas", ("teacher",), "Docente de otro grupo", "Teacher, other group"),
    Who("admin", "boss", ("school_admin",), "Administración escolar", "School admin"),
    Who("government", "olga", ("gov_operator",), "Enlace con la autoridad", "Government operator"),
    Who("platform", "root", ("platform_admin",), "Plataforma", "Platform admin"),
    Who("groupless", "ana", (), "Cuenta sin función", "Account without a role"),
)
PROGRAMS = (
    Who("program", "lms", ("integrator",), "Sistema sin permisos", "Program without scopes"),
    *(
        Who(scope, "lms", ("integrator",), f"Sistema: {scope}", f"Program: {scope}", (scope,))
        for scope in SCOPES
    ),
)
EVERYBODY = (NOBODY, *PEOPLE, *PROGRAMS)
KNOWN = {who.name: who for who in EVERYBODY}
ALL_PEOPLE = " ".join(who.name for who in PEOPLE)
ANY_SCOPE = " ".join(SCOPES)


class Verdict(StrEnum):
    """What an answer says about the right to it."""

    YES = "yes"  # done, or shown
    REFUSED = "refused"  # 403: may not do this at all
    HIDDEN = "hidden"  # 404: as if it did not exist
    UNKNOWN = "unknown"  # 401: nobody knows who asks


STATUS = {401: Verdict.UNKNOWN, 403: Verdict.REFUSED, 404: Verdict.HIDDEN}


def verdict_of(status: int, code: str = "", *, proof: str = "") -> Verdict | None:
    """None for an answer that is about something else, a malformed request for instance."""
    if status // 100 == 2 or (status == 401 and proof and code == proof):
        return Verdict.YES
    return STATUS.get(status)


@dataclass(frozen=True)
class Row:
    """One method of one route. Whoever is named neither in `yes` nor in `hidden` is refused.

    `body`, `query` and `headers` make a request that would succeed for who may: they get the
    target of the cell, and may prepare what the request needs.
    """

    endpoint: str  # "GET students/<id:student>"
    es: str
    en: str
    yes: str = ""
    hidden: str = ""
    seen: str = ""  # who may see the object and not do this: refused, but absent when it is
    lists: Mapping[str, str] = field(default_factory=dict)  # who sees which ids of a list
    shown: Callable[[Any], list[str]] | None = None  # reads those ids out of the answer
    prepare: Callable[[Target], Target] = lambda target: target  # before each request
    body: Part | None = None
    query: Part = lambda _: ""
    headers: Part | None = None
    named: Mapping[str, str] = field(default_factory=dict)  # parameters called as no field is
    proof: str = ""  # the code of the 401 that asks whoever may for a second proof
    about: bool | None = None  # whether it names an object; by default, if its path does
    absent: Verdict = Verdict.HIDDEN  # what is answered about an object that does not exist
    both: bool = False  # is of the platform: the other school is there, and its name may be shown
    public: bool = False  # asks for no token

    def __post_init__(self) -> None:
        named = [*self.yes.split(), *self.hidden.split(), *self.seen.split()]
        wrong = {one for one in named if one not in KNOWN or named.count(one) > 1}
        if wrong or set(self.lists) - set(self.yes.split()):
            raise ValueError(f"{self.endpoint}: look at {sorted(wrong) or sorted(self.lists)}.")

    def __str__(self) -> str:
        return self.endpoint

    @property
    def method(self) -> str:
        return self.endpoint.partition(" ")[0]

    @property
    def route(self) -> str:
        return self.endpoint.partition(" ")[2]

    @property
    def names_an_object(self) -> bool:
        return "<" in self.route if self.about is None else self.about

    def wanted(self, who: Who, kind: str) -> Verdict:
        """What somebody is answered about something own, absent or foreign."""
        return self.verdict(who, exists=kind == "own" or (self.both and kind == "foreign"))

    def verdict(self, who: Who, *, exists: bool = True) -> Verdict:
        """What somebody of the school is to be answered."""
        if who is NOBODY:
            return Verdict.UNKNOWN
        found = {Verdict.YES: self.yes, Verdict.HIDDEN: self.hidden, Verdict.REFUSED: self.seen}
        for verdict, names in found.items():
            if who.name in names.split():
                return verdict if exists else self.absent
        return Verdict.REFUSED


def ids(field_name: str = "id") -> Callable[[Any], list[str]]:
    """Read one field of the items of a list."""
    return lambda answer: sorted(item[field_name] for item in answer["items"])
