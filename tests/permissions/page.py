"""The table as a page that somebody of a school can check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.permissions.rows import SECTIONS
from tests.permissions.words import PEOPLE, PROGRAMS, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.permissions.words import Row, Who

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"
COMMAND = "make permissions"
HEAD = {
    "es": """\
## Español

La alumna del ejemplo está en el grupo 1A y cursa matemáticas. Cada columna es alguien de **su misma
escuela**; quien es de otra escuela recibe siempre la misma respuesta que si la alumna no existiera.

* ✔ puede; ◐ puede, y de la lista ve solo lo suyo
* ∅ se le contesta como si no existiera (404)
* — no puede (403)

Los **sistemas** (integraciones) pueden lo que dicen sus permisos, que da la escuela; su columna
dice cuál hace falta. Nadie puede nada sin haber entrado, salvo donde dice «sin entrar».
""",
    "en": """\
## English

The student of the example is in group 1A and attends maths. Every column is somebody of **the same
school**; whoever is of another school is always answered as if the student did not exist.

* ✔ may; ◐ may, and sees of the list only what is theirs
* ∅ is answered as if it did not exist (404)
* — may not (403)

**Programs** (integrations) may do what their scopes say, which the school grants; their column
names the one that is needed. Nobody may do anything without signing in, but where it says
“no sign-in”.
""",
}
WORDS = {
    "es": ("Qué", "Sistemas, con permiso", "sin entrar", "cualquiera", "Petición"),
    "en": ("What", "Programs, with scope", "no sign-in", "any", "Request"),
}
SIGNS = {Verdict.HIDDEN: "∅", Verdict.REFUSED: "—"}


def page() -> str:
    parts = [
        "# Who may do what: permisos\n",
        f"Made by `{COMMAND}` from the table in `tests/permissions/rows/`, every cell of which",
        "the tests ask over HTTP, in two schools. Edit the table, not this page.\n",
    ]
    for number, language in enumerate(("es", "en")):
        parts.append(HEAD[language])
        for section in SECTIONS:
            parts += [f"### {section[number]}\n", *_table(section[2], language), ""]
    return "\n".join(parts).rstrip() + "\n"


def write() -> None:
    PAGE.write_text(page(), encoding="utf-8")


def _table(rows: tuple[Row, ...], language: str) -> Iterator[str]:
    what, programs, no_sign_in, whichever, request = WORDS[language]
    names = [getattr(who, language) for who in PEOPLE]
    yield f"| {what} | {' | '.join(names)} | {programs} | {request} |"
    yield "|---" + "|:-:" * len(names) + "|---|---|"
    for row in rows:
        if row.public:
            cells = [*["✔"] * len(names), no_sign_in]
        else:
            cells = [*(_sign(row, who) for who in PEOPLE), _scopes(row) or whichever]
        yield f"| {getattr(row, language)} | {' | '.join(cells)} | `{_plain(row)}` |"


def _sign(row: Row, who: Who) -> str:
    verdict = row.verdict(who)
    if verdict is Verdict.YES:
        return "◐" if who.name in row.lists else "✔"
    return SIGNS[verdict]


def _scopes(row: Row) -> str:
    found = [who.name for who in PROGRAMS if row.verdict(who) is Verdict.YES]
    if len(found) >= len(PROGRAMS) - 1:
        return ""
    return ", ".join(f"`{one}`" for one in found) or "—"


def _plain(row: Row) -> str:
    """An endpoint as people write it: without the converters."""
    return row.endpoint.replace("<id:", "<").replace(" ", " /", 1)
