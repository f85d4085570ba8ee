"""The government sync: of the whole school, by those whom the school has put in charge."""

from dataclasses import replace
from typing import TYPE_CHECKING

from govsync.domain import RunStatus
from govsync.engine import Phase
from govsync.repository import runs
from luca.aws import store
from tests.permissions.words import Row

if TYPE_CHECKING:
    from tests.permissions.world import Target


def ended(target: "Target") -> "Target":
    """A run that is no longer under way."""
    if not target.exists:
        return target
    with target.place.entered():
        found = runs.get(target.run)
        if found is not None and found.status is RunStatus.RUNNING:
            execution = replace(found.execution, phase=Phase.FAILED)
            store.put(runs._item(replace(found, execution=execution, finished=found.started)))
    return target


ROWS = (
    Row(
        "POST govsync/runs",
        "Enviar un periodo cerrado",
        "Send a closed period",
        "admin government sync.write",
        body=lambda target: {"period": target.closed_period()},
        about=True,
    ),
    Row(
        "GET govsync/runs/<id:run>",
        "Ver cómo va un envío",
        "See how a run stands",
        "admin government sync.read",
    ),
    Row(
        "GET govsync/runs/<id:run>/discrepancies",
        "Ver qué no coincide con la autoridad",
        "See what does not agree with the authority",
        "admin government sync.read",
    ),
    Row(
        "GET govsync/runs/<id:run>/records",
        "Ver los registros de un envío",
        "See the records of a run",
        "admin government sync.read",
    ),
    Row(
        "GET govsync/runs/<id:run>/rejects",
        "Ver por qué no pasaron registros de un envío",
        "See why records of a run did not get through",
        "admin government sync.read",
    ),
    Row(
        "POST govsync/runs/<id:run>/evidence",
        "Reunir las pruebas de un envío",
        "Gather the evidence of a run",
        "admin government sync.write",
        prepare=ended,
    ),
)
