"""The design's figures beside the model's.

The design says what a month costs and not what happens in it. So each figure has a reading: the
inputs that we take it to be about. What the model adds for them and the design cannot have meant
is named part by part, and `reached` says for how many students the model comes to the same sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from luca.cost.bill import Bill, bill
from luca.cost.prices import PriceList, Words
from luca.cost.usage import quantities
from luca.cost.workload import Workload

PILOT = Workload(schools=Decimal(1), students=Decimal(500), events=Decimal(500_000))
REGION_WIDE = Workload(schools=Decimal(100), students=Decimal(50_000), events=Decimal(50_000_000))
MOST = Decimal(10_000_000)  # students, for whom no search goes on


@dataclass(frozen=True, slots=True)
class Part:
    """Some prices, and why what they come to differs from what the design had for them."""

    prices: tuple[str, ...]
    why: Words


@dataclass(frozen=True, slots=True)
class Figure:
    usd: Decimal
    name: Words
    reading: Workload
    parts: tuple[Part, ...]  # that explain; what is left is named `rest`
    rest: Words
    only: tuple[str, ...] = ()  # the prices that it is about; none: all


@dataclass(frozen=True, slots=True)
class Comparison:
    figure: Figure
    ours: Decimal
    parts: tuple[tuple[Words, Decimal], ...]  # they add up to `ours`
    reached: Decimal | None  # students; None: the model costs more without any


def compare(figure: Figure, prices: PriceList) -> Comparison:
    made = bill(figure.reading, prices)
    ours = _sum(made, figure.only)
    parts = [(part.why, made.of(*part.prices)) for part in figure.parts]
    left = ours - sum((usd for _, usd in parts), Decimal(0))
    reached = students_for(figure, prices)
    return Comparison(figure, ours, (*parts, (figure.rest, left)), reached)


def students_for(figure: Figure, prices: PriceList) -> Decimal | None:
    """Return how many students cost what the figure says, at the reading's habits; to ten."""
    least, most = Decimal(0), MOST
    if _sum(bill(_with(figure.reading, least), prices), figure.only) > figure.usd:
        return None
    while most - least > 10:  # noqa: PLR2004 -- see above
        middle = (least + most) / 2
        if _sum(bill(_with(figure.reading, middle), prices), figure.only) > figure.usd:
            most = middle
        else:
            least = middle
    return least.quantize(Decimal(1))


def _with(month: Workload, students: Decimal) -> Workload:
    """The same habits with more or fewer people."""
    share = students / month.students
    return replace(
        month, students=students, events=month.events * share, schools=month.schools * share
    )


def _sum(made: Bill, only: Sequence[str]) -> Decimal:
    return made.of(*only) if only else made.total


def _all(*prefixes: str) -> tuple[str, ...]:
    return tuple(name for name in quantities(PILOT) if name.startswith(prefixes))


FIGURES = (
    Figure(
        usd=Decimal(45),
        name={"en": "the least, a month", "es": "lo mínimo, por mes"},
        reading=PILOT,
        parts=(
            Part(
                _all("network", "balancer"),
                {
                    "en": "a private network: one way out, two load balancers. They cost by the"
                    " hour, used or not; App Runner would need no balancer and is closed",
                    "es": "una red privada: una salida y dos balanceadores. Se pagan por hora, se"
                    " usen o no; App Runner no los pediría, y está cerrado",
                },
            ),
            Part(
                _all("fargate", "images"),
                {
                    "en": "an api, a worker and a consumer that never sleep, and a second api in"
                    " school hours; $45 pays for one of them",
                    "es": "una api, un trabajador y un consumidor que nunca duermen, y otra api en"
                    " horas de clase; $45 pagan uno solo",
                },
            ),
            Part(
                _all("logs", "metrics", "alarms", "traces"),
                {
                    "en": "eyes: a metric for each operation, and alarms; logs are within what is"
                    " free",
                    "es": "ojos: una métrica por operación, y alarmas; las bitácoras caben en lo"
                    " gratuito",
                },
            ),
            Part(
                _all("waf", "keys", "secrets", "trail"),
                {
                    "en": "what keeps watch: WAF, our own key, secrets, the trail",
                    "es": "lo que vigila: WAF, llave propia, secretos, registro de auditoría",
                },
            ),
        ),
        rest={
            "en": "what the school itself causes",
            "es": "lo que causa la escuela misma",
        },
    ),
    Figure(
        usd=Decimal(800),
        name={"en": "at scale, a month", "es": "a escala, por mes"},
        reading=REGION_WIDE,
        parts=(
            Part(
                _all("people"),
                {
                    "en": "Cognito: the tier that can put a claim into tokens, for each person"
                    " beyond 10,000 who signs in. The design has no line for it, or a dearer"
                    " table: writes cost half of what they did before November 2024",
                    "es": "Cognito: el nivel que pone datos en los tokens, por cada persona más"
                    " allá de 10,000 que entra. El diseño no lo cuenta, o tiene una tabla más"
                    " cara: escribir cuesta la mitad que antes de noviembre de 2024",
                },
            ),
            Part(
                _all("pipes", "function", "delivery", "bucket", "questions"),
                {
                    "en": "the lake: each event passes Pipes and Firehose, which counts 5 KB for"
                    " one of 700 bytes",
                    "es": "el lago: cada evento pasa por Pipes y Firehose, que cuenta 5 KB por uno"
                    " de 700 bytes",
                },
            ),
            Part(
                _all("network", "balancer", "fargate", "images"),
                {
                    "en": "network and containers: the same as for one school",
                    "es": "red y contenedores: lo mismo que para una sola escuela",
                },
            ),
        ),
        rest={
            "en": "table, queue, edge and eyes",
            "es": "tabla, cola, borde y ojos",
        },
    ),
    Figure(
        usd=Decimal("13.77"),
        name={"en": "storage, a month", "es": "almacenamiento, por mes"},
        reading=REGION_WIDE,
        only=_all("table.storage", "table.recovery", "bucket.s", "bucket.i", "bucket.a"),
        parts=(
            Part(
                ("table.storage",),
                {
                    "en": "the table: events for 30 days, results for a year. The design's sum is"
                    " 55.08 GB at $0.25; here the account's first 25 GB are free",
                    "es": "la tabla: eventos por 30 días, resultados por un año. La suma del diseño"
                    " son 55.08 GB a $0.25; aquí los primeros 25 GB de la cuenta son gratis",
                },
            ),
            Part(
                ("table.recovery",),
                {
                    "en": "recovery to any second of 35 days, which is priced beside the storage",
                    "es": "recuperación a cualquier segundo de 35 días, que se paga aparte",
                },
            ),
        ),
        rest={
            "en": "the lake, a year of it: 105 bytes an event, most of it in cheap storage",
            "es": "el lago, un año: 105 bytes por evento, casi todo en almacenamiento barato",
        },
    ),
)
