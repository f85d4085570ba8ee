"""A bill as people read it, in English and Spanish."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from luca.cost.bill import Bill, Line
from luca.cost.design import Comparison

TEXTS = {
    "en": {
        "month": "A month in {region} at prices of {as_of}, in US dollars. Schools: {schools},"
        " students: {students}, events: {events}.",
        "total": "Total",
        "checked": "List prices, without taxes and support: to be checked against the AWS price"
        " list before anybody relies on them (deploy/prices.json).",
        "design": "The design's figures say no inputs; these are our readings of them:",
        "figure": "{name}: the design {usd}, the model {ours}"
        " (schools: {schools}, students: {students}, events: {events})",
        "never": "the model costs more than that without a single student",
        "reached": "the model comes to that with {students} students",
    },
    "es": {
        "month": "Un mes en {region} a precios de {as_of}, en dólares. Escuelas: {schools},"
        " estudiantes: {students}, eventos: {events}.",
        "total": "Total",
        "checked": "Precios de lista, sin impuestos ni soporte: hay que compararlos con la lista de"
        " AWS antes de confiar en ellos (deploy/prices.json).",
        "design": "Las cifras del diseño no dicen de qué mes son; así las leemos:",
        "figure": "{name}: el diseño {usd}, el modelo {ours}"
        " (escuelas: {schools}, estudiantes: {students}, eventos: {events})",
        "never": "el modelo cuesta más que eso sin un solo estudiante",
        "reached": "el modelo llega a eso con {students} estudiantes",
    },
}


def dollars(usd: Decimal) -> str:
    return f"{usd:,.2f}"


def amount(quantity: Decimal) -> str:
    """As many digits as say something."""
    return f"{quantity:,.0f}" if quantity >= 100 or quantity % 1 == 0 else f"{quantity:,.2f}"  # noqa: PLR2004 -- see above


def table(made: Bill, language: str) -> Iterator[str]:
    """Each service, and below it what is used of it."""
    text, month = TEXTS[language], made.month
    yield text["month"].format(
        schools=amount(month.schools),
        students=amount(month.students),
        events=amount(month.events),
        region=made.list.region,
        as_of=made.list.as_of,
    )
    yield ""
    for service, usd in made.by_service().items():
        lines = [line for line in made.lines if line.price.service == service]
        if not lines:
            continue
        yield _row(made.list.services[service][language], "", dollars(usd))
        yield from (_line(line, language) for line in lines)
    yield _row(text["total"], "", dollars(made.total))
    yield ""
    yield text["checked"]


def comparisons(found: Iterable[Comparison], language: str) -> Iterator[str]:
    text = TEXTS[language]
    yield ""
    yield text["design"]
    for one in found:
        reading = one.figure.reading
        yield ""
        yield text["figure"].format(
            name=one.figure.name[language],
            usd=dollars(one.figure.usd),
            ours=dollars(one.ours),
            schools=amount(reading.schools),
            students=amount(reading.students),
            events=amount(reading.events),
        )
        for why, usd in one.parts:
            yield f"  {dollars(usd):>10}  {why[language]}"
        known = "never" if one.reached is None else "reached"
        yield " " * 14 + text[known].format(students=amount(one.reached or Decimal(0)))


def _row(left: str, middle: str, right: str) -> str:
    return f"{left:<52} {middle:>42} {right:>12}"


def _line(line: Line, language: str) -> str:
    used = f"{amount(line.quantity)} {line.price.unit[language]}"
    return _row(f"  {line.price.what[language]}", used, dollars(line.usd))
