"""The audit log: the school's admins, each of their own school, and nobody else."""

from tests.permissions.words import Row

ROWS = (
    Row("GET audit", "Consultar la bitácora", "Read the audit log", "admin"),
    Row("GET audit/export", "Exportar la bitácora", "Export the audit log", "admin"),
)
