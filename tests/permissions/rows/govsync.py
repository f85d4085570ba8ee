"""The government sync: of the whole school, by those whom the school has put in charge."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from govsync import services
from govsync.domain import Line, RunStatus, State, Step
from govsync.engine import Phase
from govsync.repository import batches, runs
from govsync.services import watching
from luca.aws import store
from luca.kernel import clock
from luca.kernel.ids import PeriodId
from tests.permissions.words import Row

if TYPE_CHECKING:
    from tests.permissions.world import Target


def ended(target: Target) -> Target:
    """A run that is no longer under way."""
    if not target.exists:
        return target
    with target.place.entered():
        found = runs.get(target.run)
        if found is not None and found.status is RunStatus.RUNNING:
            execution = replace(found.execution, phase=Phase.FAILED)
            store.put(runs._item(replace(found, execution=execution, finished=found.started)))
    return target


READS = "admin government sync.read"
WRITES = "admin government sync.write"


def unheld(target: Target) -> Target:
    """Nothing holds the school's sync, whatever another row has done."""
    with target.place.entered():
        services.resume()
    return target


def held(target: Target) -> Target:
    with target.place.entered():
        services.pause()
    return target


def with_ended_run(target: Target) -> Target:
    """A run that somebody may act upon: it has failed."""
    if not target.exists:
        return target
    with unheld(target).place.entered():
        run = services.start(PeriodId(target.closed_period()))
        failed = replace(run.execution, phase=Phase.FAILED, error="Gov.Unavailable")
        step = Step(1, failed.state, failed.phase.value, clock.now(), 0)
        runs.move(replace(run, execution=failed, version=1, finished=clock.now()), 0, [step])
    return replace(target, run=run.id)


def arrived(target: Target) -> Target:
    """Something of the closed period has arrived at the authority."""
    target = with_ended_run(target)
    if target.exists:
        with target.place.entered():
            line = Line("00001", State.VERIFIED, 1, {State.VERIFIED: 1}, open=False)
            store.put(batches._line_item(target.run, line))
            return replace(target, period=services.run(target.run).period)
    return target


def watched(target: Target) -> Target:
    """A period that is checked every day."""
    target = arrived(target)
    if target.exists:
        with target.place.entered():
            watching.begin(services.run(target.run))
    return target


ROWS = (
    Row(
        "POST govsync/runs",
        "Enviar un periodo cerrado",
        "Send a closed period",
        WRITES,
        prepare=unheld,
        body=lambda target: {"period": target.closed_period()},
        about=True,
    ),
    Row(
        "POST govsync/correct",
        "Enviar las correcciones de un periodo enviado",
        "Send the corrections of a period that has arrived",
        WRITES,
        prepare=arrived,
        body=lambda target: {"period": target.period},
        about=True,
    ),
    Row(
        "GET govsync/periods/<id:period>",
        "Ver un periodo con todos sus envíos",
        "See a period over all of its runs",
        READS,
        prepare=arrived,
    ),
    Row(
        "POST govsync/periods/<id:period>/close",
        "Terminar la revisión diaria de un periodo",
        "End the daily check of a period",
        WRITES,
        prepare=watched,
    ),
    Row("GET govsync/runs", "Ver los envíos", "See the runs", READS),
    Row(
        "GET govsync/preflight",
        "Ver qué se enviaría de un periodo cerrado y qué no",
        "See what of a closed period would be sent, and what not",
        "admin government sync.read",
        query=lambda target: f"?period={target.closed_period()}",
        about=True,
    ),
    Row(
        "GET govsync/subjects",
        "Ver las claves oficiales de las materias",
        "See the subjects' official codes",
        "admin government sync.read",
    ),
    Row(
        "PUT govsync/subjects",
        "Cambiar las claves oficiales de las materias",
        "Change the subjects' official codes",
        "admin government sync.write",
        body=lambda _: {"codes": {"maths": "M-1"}},
    ),
    Row(
        "GET govsync/runs/<id:run>",
        "Ver cómo va un envío",
        "See how a run stands",
        READS,
    ),
    Row(
        "GET govsync/runs/<id:run>/steps",
        "Ver los pasos de un envío",
        "See the steps of a run",
        READS,
    ),
    Row(
        "GET govsync/runs/<id:run>/batches",
        "Ver los lotes de un envío",
        "See the batches of a run",
        READS,
    ),
    Row(
        "POST govsync/runs/<id:run>/redrive",
        "Reenviar los lotes fallidos",
        "Send failed batches again",
        WRITES,
        prepare=with_ended_run,
    ),
    Row(
        "POST govsync/runs/<id:run>/reconcile",
        "Volver a conciliar un envío",
        "Read back and balance a run again",
        WRITES,
        prepare=with_ended_run,
    ),
    Row(
        "POST govsync/runs/<id:run>/resend",
        "Enviar de nuevo lo que no coincidía con la autoridad",
        "Send anew what did not agree with the authority",
        WRITES,
        prepare=with_ended_run,
    ),
    Row("GET govsync/pause", "Ver si los envíos están detenidos", "See what holds them", READS),
    Row("POST govsync/pause", "Detener los envíos", "Pause the sync", WRITES, prepare=unheld),
    Row("POST govsync/resume", "Reanudar los envíos", "Resume the sync", WRITES, prepare=held),
    Row(
        "GET govsync/dead-letters",
        "Ver lo que no se pudo enviar",
        "See what was given up",
        READS,
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
