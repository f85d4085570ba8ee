"""Calls as anybody may make them."""

from typing import Any


def grade(number: int = 1, **more: Any) -> dict[str, Any]:
    record = {"record_id": f"r{number}", "revision": f"v{number}", "student": f"s{number}"}
    return {**record, "subject": "maths", "score": "87.5", **more}


def grades(number: int) -> list[dict[str, Any]]:
    return [grade(n) for n in range(number)]


def batch(*grades: Any, period: str = "2026-1", school: str = "north") -> dict[str, Any]:
    return {"school_id": school, "period": period, "grades": list(grades)}
