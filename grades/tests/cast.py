"""Short ways to say what a student has achieved."""

from decimal import Decimal

from grades.domain import Item, Status


def item(
    score: str | int | None,
    of: str | int = 100,
    *,
    category: str = "exam",
    weight: str | int = 1,
    status: Status | None = None,
    name: str = "",
) -> Item:
    """An item; without a score it is missing, unless a status says otherwise."""
    by_score = Status.MISSING if score is None else Status.GRADED
    return Item(
        assessment=name or f"{category}-{score}-{of}-{weight}",
        category=category,
        max=Decimal(of),
        weight=Decimal(weight),
        status=status or by_score,
        score=None if score is None else Decimal(score),
        version=0 if score is None else 1,
    )
