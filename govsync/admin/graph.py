"""A run's machine as a picture, and the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from govsync.admin import labels
from govsync.domain import RunStatus
from govsync.engine import Machine
from govsync.services import Working, drawing, passed
from govsync.services.showing import Drawing, Edge, Node

WIDE, HIGH = 176, 84  # of a place, in the picture's own units
BOX = (152, 44)
ASIDE = 12  # by which an edge that leads back runs beside the one that leads there
HERE, WAS, NOT_YET = "here", "was", "not-yet"


@dataclass(frozen=True, slots=True)
class Box:
    name: str
    label: str
    x: float
    y: float
    way: str  # here, was or not-yet
    said: str  # the same in words
    ends: bool
    onward: Sequence[str]  # where it leads, in words


@dataclass(frozen=True, slots=True)
class Line:
    path: str
    kind: str
    went: bool


@dataclass(frozen=True, slots=True)
class Picture:
    width: float
    height: float
    boxes: Sequence[Box]
    lines: Sequence[Line]
    here: str
    said: str


def picture(found: Working) -> Picture:
    """Draw the definition that the run's execution began with."""
    return _picture(found.machine, found)


def _picture(machine: Machine, found: Working) -> Picture:
    drawn, state = drawing(machine), found.run.execution.state
    names = [one.state for one in found.steps]
    went = passed(machine, [state, *names])
    moves = {(before, after) for after, before in pairwise([state, *names])}
    boxes = [_box(one, drawn, state, went) for one in drawn.nodes]
    here = labels.step(state)
    facts = {"step": here, "phase": labels.phase(found.run.execution.phase.value)}
    running = found.run.status is RunStatus.RUNNING
    said = _("The run is at “%(step)s” (%(phase)s).") if running else _("It stopped at “%(step)s”.")
    return Picture(
        width=round(drawn.width * WIDE),
        height=drawn.ranks * HIGH,
        boxes=boxes,
        lines=[_line(one, (one.start, one.end) in moves) for one in drawn.edges],
        here=state,
        said=said % facts,
    )


def _box(node: Node, drawn: Drawing, here: str, went: frozenset[str]) -> Box:
    way = HERE if node.name == here else WAS if node.name in went else NOT_YET
    words = {HERE: _("here now"), WAS: _("been there"), NOT_YET: _("not yet")}
    return Box(
        name=node.name,
        label=labels.step(node.name),
        x=round(node.place * WIDE - BOX[0] / 2),
        y=round((node.rank + 0.5) * HIGH - BOX[1] / 2),
        way=way,
        said=words[way],
        ends=node.ends,
        onward=[labels.step(one.end) for one in drawn.edges if one.start == node.name],
    )


def _line(edge: Edge, went: bool) -> Line:  # noqa: FBT001 -- one of its three facts
    """A curve through the edge's points that leaves and arrives upright."""
    back = edge.points[0][1] >= edge.points[-1][1]
    side = ASIDE if back else -ASIDE / 2
    spots = [(x * WIDE + side, (y + 0.5) * HIGH) for x, y in edge.points]
    up = -1 if back else 1
    half = BOX[1] / 2
    spots[0] = (spots[0][0], spots[0][1] + up * half)
    spots[-1] = (spots[-1][0], spots[-1][1] - up * (half + 5))
    path = f"M{spots[0][0]:.0f} {spots[0][1]:.0f}"
    for (x, y), (to_x, to_y) in pairwise(spots):
        middle = (y + to_y) / 2
        path += f"C{x:.0f} {middle:.0f} {to_x:.0f} {middle:.0f} {to_x:.0f} {to_y:.0f}"
    return Line(path, edge.kind.value, went)
