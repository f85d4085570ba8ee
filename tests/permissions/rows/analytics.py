"""Questions to the lake: the school's admins ask them."""

from tests.permissions.words import Row, ids

ROWS = (
    Row(
        "GET analytics",
        "Ver qué se puede preguntar",
        "See what can be asked",
        "admin",
        lists={
            "admin": "activity_and_grades average_duration cohorts daily_summary data_freshness "
            "event_id_conflicts events_by_month grading_latency weekly_active_students"
        },
        shown=ids("name"),
    ),
    Row(
        "GET analytics/<id:query>",
        "Preguntar al lago de la escuela",
        "Ask the school's lake",
        "admin",
        about=False,
    ),
)
