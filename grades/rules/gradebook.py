"""The gradebook as a table: how its columns are headed, and what its cells say."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from grades.domain import Assessment, Evaluation, Said, Status
from grades.rules.numbers import exact
from luca.kernel.tables import Column, Text, bare

STUDENT, NAME = "student id", "student name"  # no assessment's id has a space
MAXIMA = "(max)"  # in the place of a student's id
HEADINGS = {STUDENT: Text("Matrícula", "Student"), NAME: Text("Nombre", "Name")}
MOST = Text("Máximo", "Maximum")
_STUDENT = Column(
    STUDENT,
    ("student", "matrícula", "número de control", "número de cuenta", "clave", "id"),
    required=True,
)
_NAME = Column(NAME, ("name", "nombre", "alumno", "alumna", "nombre completo"))
_TAKEN = {bare(name) for one in (_STUDENT, _NAME) for name in (one.name, *one.headers)}

EXCUSED, EXEMPT, PENDING = "EX", "EXENTO", "PEND"
_SHOWN = {Status.EXCUSED: EXCUSED, Status.EXEMPT: EXEMPT, Status.PENDING: PENDING}
_WORDS: Mapping[str, Status] = {
    **dict.fromkeys(("ex", "just", "justificado", "justificada", "excused"), Status.EXCUSED),
    **dict.fromkeys(("exento", "exenta", "exempt"), Status.EXEMPT),
    **dict.fromkeys(("pend", "pendiente", "pending"), Status.PENDING),
}
_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+", re.ASCII)
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}", re.ASCII)

NOT_A_SCORE = Text(
    "Escriba un número, EX si está justificado, o deje la celda vacía.",
    "Write a number, EX for excused, or leave the cell empty.",
)
TOO_EXACT = Text(
    "El número tiene demasiadas cifras: a lo más 12, y 6 decimales.",
    "The number has too many digits: at most 12, and 6 places.",
)
AMBIGUOUS = Text(
    "La coma puede ser decimal o de miles: escriba el número con punto.",
    "The comma may be decimal or of thousands: write the number with a point.",
)


def heading(one: Assessment) -> str:
    """Return how a column is headed: its id alone tells it from all others.

    >>> heading(Assessment("exam-1", name="Primer examen"))
    'Primer examen [exam-1]'
    """
    if one.name and one.name != one.id:
        return f"{one.name} [{one.id}]"
    return f"[{one.id}]" if bare(one.id) in _TAKEN else one.id


def table_columns(
    assessments: Sequence[Assessment], others: Sequence[Assessment] = ()
) -> tuple[Column, ...]:
    """Return what a table may hold: an assessment by its heading, its id, or a name like no other.

    What is asked of other groups is known by its heading only, as a file has it of somebody
    who came from there.

    A heading that a spreadsheet could have taken for a formula may have lost or kept the
    sign in front of it.
    """
    names = Counter(bare(one.name) for one in assessments)
    ids = {bare(one.id) for one in assessments}
    return (
        _STUDENT,
        _NAME,
        *(Column(one.id, tuple(_headers(one, names, ids))) for one in assessments),
        *(Column(one.id, (heading(one), f"'{heading(one)}")) for one in others),
    )


def _headers(one: Assessment, names: Counter[str], ids: set[str]) -> Iterable[str]:
    yield heading(one)
    yield f"'{heading(one)}"
    short = bare(one.name)
    if short and names[short] == 1 and short not in ids | _TAKEN:
        yield one.name


def written(one: Evaluation | None) -> str:
    """Return a result as a cell holds it; what is taken back is empty, as if never recorded."""
    if one is None or one.status not in {Status.GRADED, *_SHOWN}:
        return ""
    return _SHOWN.get(one.status, "") or format(one.score or Decimal(0), "f")


def read_cell(text: str, most: Decimal) -> Said | Text:
    """Return what a cell says, or what is wrong with it.

    >>> read_cell("8,5", Decimal(10))
    Said(status=<Status.GRADED: 'graded'>, score=Decimal('8.5'))
    """
    plain = text.removeprefix("'").strip()
    word = _WORDS.get(plain.rstrip(".").casefold())
    if word is not None:
        return Said(word)
    if _THOUSANDS.fullmatch(plain) and Decimal(plain.replace(",", "")) <= most:
        return AMBIGUOUS
    if _COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    try:
        score = exact(plain)
    except ValueError as error:
        return NOT_A_SCORE if "must be" in str(error) else TOO_EXACT
    return Said(Status.GRADED, score) if 0 <= score <= most else out_of_range(most)


def out_of_range(most: Decimal) -> Text:
    return Text(f"Debe estar entre 0 y {most:f}.", f"It must be from 0 to {most:f}.")


def other_maximum(most: Decimal) -> Text:
    return Text(
        f"El máximo es {most:f}; aquí no se cambia.", f"The maximum is {most:f}; not changed here."
    )
