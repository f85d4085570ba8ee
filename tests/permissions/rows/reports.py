"""Report cards: for the student, the family, their teachers and admins; lists for staff."""

from tests.permissions.rows.grades import HIDDEN
from tests.permissions.words import Row

READS = "student guardian teacher colleague admin"

ROWS = (
    Row(
        "GET students/<id:student>/report-cards/<id:period>",
        "Ver la boleta de un alumno",
        "See a student's report card",
        READS,
        hidden=HIDDEN,
    ),
    Row(
        "POST report-cards",
        "Pedir boletas impresas",
        "Have report cards printed",
        READS,
        hidden=HIDDEN,
        body=lambda target: {"period": target.period, "student": target.student},
        about=True,
    ),
    Row(
        "GET groups/<id:group>/boundary",
        "Ver qué calificaciones dependen del redondeo o de un solo resultado",
        "See which grades hang on rounding or on one result",
        "teacher colleague admin",
        hidden="other_teacher",
        query=lambda target: f"?period={target.period}",
    ),
)
