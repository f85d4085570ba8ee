"""The table itself, one module for each part of the API. Add your rows to yours."""

from tests.permissions.rows import (
    accounts,
    analytics,
    audit,
    behavior,
    curves,
    event_types,
    govsync,
    grades,
    jobs,
    people,
    platform,
    reports,
    rules,
    school,
    signing_in,
    xapi,
)
from tests.permissions.words import Row

SECTIONS: tuple[tuple[str, str, tuple[Row, ...]], ...] = (
    ("Entrar", "Signing in", signing_in.ROWS),
    ("La escuela", "The school", school.ROWS),
    ("Las personas de la escuela", "The people of the school", people.ROWS),
    ("Cuentas", "Accounts", accounts.ROWS),
    ("Bitácora", "The audit log", audit.ROWS),
    ("Resultados y calificaciones", "Results and grades", grades.ROWS),
    ("Curvas", "Curves", curves.ROWS),
    ("Reglas de evaluación", "Grading rules", rules.ROWS),
    ("Trabajos largos", "Long jobs", jobs.ROWS),
    ("Boletas y listas", "Report cards and lists", reports.ROWS),
    ("Actividad de los alumnos", "What students do", (*behavior.ROWS, *xapi.ROWS)),
    ("Tipos de actividad", "Types of events", event_types.ROWS),
    ("Análisis", "Analytics", analytics.ROWS),
    ("Envío a la autoridad", "The government sync", govsync.ROWS),
    ("La plataforma", "The platform", platform.ROWS),
)
TABLE: tuple[Row, ...] = tuple(row for _, _, rows in SECTIONS for row in rows)
