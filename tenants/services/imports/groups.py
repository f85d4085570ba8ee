"""Groups: some dozens of ids and names."""

from luca.kernel.ids import GroupId
from luca.kernel.tables import Table
from tenants import rules
from tenants.domain import Group
from tenants.domain.imports import Step
from tenants.repository import schools as repository
from tenants.rules import sheets, wording
from tenants.services.imports.prepared import Judge, Prepared, Tick


def groups(table: Table) -> Prepared:
    judge = Judge(table)
    stored = {group.id: group for group in repository.groups()}
    for row in table.rows:
        if fault := rules.id_fault(row["id"]):
            judge.refuse(row, "id", wording.text(fault))
        if not rules.printable(row["name"]):
            judge.refuse(row, "name", sheets.GROUP_NAMELESS)
    judge.once("id", ((row, row["id"]) for row in table.rows))
    wanted = [Group(GroupId(row["id"]), row["name"]) for row in table.rows if judge.is_good(row)]
    own = [group for group in wanted if stored.get(group.id) != group]
    new = sum(group.id not in stored for group in own)

    def write(tick: Tick) -> None:
        for group in own:
            repository.save_group(group)
            tick(1)

    steps = [
        Step(row.line, row["id"], _told(stored.get(GroupId(row["id"]))), {"name": row["name"]})
        for row in table.rows
        if judge.is_good(row)
    ]
    return Prepared(new, len(own) - new, len(wanted) - len(own), judge.faults, write, steps)


def _told(group: Group | None) -> dict[str, str] | None:
    return None if group is None else {"name": group.name}
