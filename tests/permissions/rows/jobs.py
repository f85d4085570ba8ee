"""Jobs: whoever asked for one, and the school's admins."""

from dataclasses import replace

from luca.aws import jobs
from luca.kernel import context
from tests.permissions.words import Row
from tests.permissions.world import Target

OTHERS = "colleague other_teacher government student classmate guardian other_guardian"


def asked(target: Target) -> Target:
    """A job that the teacher asked for, with its file."""
    if not target.exists:
        return target
    with context.entered(school=target.place.school, actor="teresa"):
        made = jobs.note("table")
        file = jobs.File("boletas.pdf", "application/pdf", b"%PDF")
        jobs.run(made.id, lambda *_: jobs.Result(file=file))
    return replace(target, job=made.id)


ROWS = (
    Row(
        "GET jobs/<id:job>",
        "Ver cómo va un trabajo que se pidió",
        "See how a job is going",
        "teacher admin",
        hidden=OTHERS,
        prepare=asked,
    ),
    Row(
        "GET jobs/<id:job>/file",
        "Descargar el archivo de un trabajo",
        "Download a job's file",
        "teacher admin",
        hidden=OTHERS,
        prepare=asked,
    ),
)
