"""What belongs to no school."""

from tests.permissions.words import Row

ROWS = (
    Row("GET healthz", "Preguntar si Luca vive", "Ask whether Luca lives", public=True),
    Row("GET readyz", "Preguntar si está listo", "Ask whether it is ready", public=True),
    Row("GET schema", "Leer el esquema de la API", "Read the API's schema", public=True),
    Row("GET docs", "Leer la documentación de la API", "Read the API's manual", public=True),
)
