"""Students with their groups, teachers, and guardians with their children."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from luca.kernel.ids import GroupId, GuardianId, StudentId
from luca.kernel.tables import Row, Table
from tenants import rules
from tenants.domain import Guardian, Person, Role, Student, Teacher
from tenants.domain.imports import Step
from tenants.repository import people as repository
from tenants.repository import saving, studies
from tenants.rules import sheets, wording
from tenants.services import people
from tenants.services.checks import well_formed
from tenants.services.imports.prepared import Judge, Prepared, Tick
from tenants.services.people import TAKEN
from tenants.services.schools import groups as existing_groups

Link = tuple[str, str]
TOLD = ("given_name", "family_name", "curp", "external_id", "email")


@dataclass(frozen=True, slots=True)
class _Links:
    """What connects a row's person to something else: a group, children."""

    of: Callable[[Row], list[Link]]
    present: Callable[[Iterable[Link]], set[Link]]
    write: Callable[[list[Link]], None]


def students(table: Table) -> Prepared:
    judge = Judge(table)
    known = {str(group.id) for group in existing_groups()}
    for row in table.rows:
        if row["group"] and row["group"] not in known:
            judge.refuse(row, "group", sheets.NO_GROUP)
    return _prepare(judge, Role.STUDENT, Student, _MEMBERS)


def teachers(table: Table) -> Prepared:
    return _prepare(Judge(table), Role.TEACHER, Teacher, _NONE)


def guardians(table: Table) -> Prepared:
    judge = Judge(table)
    wanted = {StudentId(child) for row in table.rows for child in sheets.children(row)}
    known = people.students(wanted)
    for row in table.rows:
        children = sheets.children(row)
        if any(child not in known for child in children):
            judge.refuse(row, "children", sheets.NO_STUDENT)
        elif len(children) > sheets.MOST_CHILDREN:
            judge.refuse(row, "children", sheets.TOO_MANY_CHILDREN)
    return _prepare(judge, Role.GUARDIAN, Guardian, _CHILDREN)


def _prepare(judge: Judge, role: Role, kind: type[Any], links: _Links) -> Prepared:
    rows = judge.table.rows
    stored = repository.several(role, {row["id"] for row in rows if well_formed(row["id"])})
    wanted = {row.line: _person(row, kind, stored.get(row["id"])) for row in rows}
    for row in rows:
        for fault in rules.person_faults(wanted[row.line]):
            judge.refuse(row, fault.field, wording.text(fault.message))
    _judge_incomplete(judge, kind)
    for column in ("id", "curp", "external_id"):
        judge.once(column, ((row, getattr(wanted[row.line], column, "")) for row in rows))
    changes = {
        row.line: saving.Change(stored.get(row["id"]), wanted[row.line])
        for row in rows
        if judge.is_good(row) and _differs(stored.get(row["id"]), wanted[row.line])
    }
    made = saving.plan(changes.values())
    _refuse_taken(judge, made)
    good = [row for row in rows if judge.is_good(row)]
    prepared, missing = _compared(good, judge, made, links)
    prepared.steps = [
        Step(
            row.line,
            row["id"],
            _told(stored.get(row["id"])),
            _told(wanted[row.line]) or {},
            tuple(link for link in links.of(row) if link in missing),
        )
        for row in good
    ]
    return prepared


def _told(person: Person | None) -> dict[str, str] | None:
    """What an import can change of somebody."""
    return None if person is None else {name: getattr(person, name, "") for name in TOLD}


def _judge_incomplete(judge: Judge, kind: type[Any]) -> None:
    """Name all that is wrong with a row at once: what it lacks is said already."""
    for row in judge.table.incomplete:
        for fault in rules.person_faults(_person(row, kind, None)):
            if row[fault.field]:
                judge.refuse(row, fault.field, wording.text(fault.message))


def _person(row: Row, kind: type[Any], before: Person | None) -> Person:
    """The person that a row describes; what it leaves empty stays as it is stored."""
    given = {
        "family_name": sheets.family_name(row),
        "external_id": row["external_id"],
        "email": row["email"],
    }
    if kind is Student:
        given["curp"] = row["curp"]
    filled = {name: value for name, value in given.items() if value}
    start = kind(id=row["id"], given_name="") if before is None else before
    found: Person = people.tidy(replace(start, given_name=row["given_name"], **filled))
    return found


def _differs(before: Person | None, after: Person) -> bool:
    return before != after or not before.version


def _refuse_taken(judge: Judge, made: saving.Plan) -> None:
    rows = {row["id"]: row for row in judge.table.rows}
    for person, field in made.taken:
        judge.refuse(rows[person], field, wording.text(TAKEN))


def _compared(
    good: list[Row], judge: Judge, made: saving.Plan, links: _Links
) -> tuple[Prepared, set[Link]]:
    """Count what is new, changed and unchanged among the good rows, links included."""
    wanted = {row["id"]: links.of(row) for row in good}
    present = links.present(link for some in wanted.values() for link in some)
    missing = [link for some in wanted.values() for link in some if link not in present]
    own = [change for change in made.changes if change.after.id in wanted]
    new = sum(change.before is None for change in own)
    touched = {str(change.after.id) for change in own}
    touched |= {one for one, some in wanted.items() if not present.issuperset(some)}

    def write(tick: Tick) -> None:
        saving.save(saving.Plan(own, made.claims), tick=tick)
        links.write(missing)
        tick(len(touched) - len(own))

    counts = new, len(touched) - new, len(good) - len(touched)
    return Prepared(*counts, judge.faults, write), set(missing)


def _add_members(links: list[Link]) -> None:
    groups: dict[str, list[StudentId]] = {}
    for group, student in links:
        groups.setdefault(group, []).append(StudentId(student))
    for group, some in groups.items():
        studies.add_members(GroupId(group), some)


def _present_members(links: Iterable[Link]) -> set[Link]:
    pairs = studies.are_members((GroupId(group), StudentId(one)) for group, one in links)
    return {(str(group), str(one)) for group, one in pairs}


def _present_children(links: Iterable[Link]) -> set[Link]:
    pairs = studies.are_children((GuardianId(one), StudentId(child)) for one, child in links)
    return {(str(one), str(child)) for one, child in pairs}


def _add_children(links: list[Link]) -> None:
    studies.add_children((GuardianId(one), StudentId(child)) for one, child in links)


_NONE = _Links(lambda _: [], lambda _: set(), lambda _: None)
_MEMBERS = _Links(
    lambda row: [(row["group"], row["id"])] if row["group"] else [],
    _present_members,
    _add_members,
)
_CHILDREN = _Links(
    lambda row: [(row["id"], child) for child in sheets.children(row)],
    _present_children,
    _add_children,
)
