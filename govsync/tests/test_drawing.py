"""A machine as a picture: every state once, every edge, nothing upon anything else."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from govsync import definition
from govsync.engine import Machine, State
from govsync.rules.drawing import STATE, WIDEST, Kind, drawing, passed

DEPLOYED = definition.machine(definition.current())


@some.composite
def machines(draw: some.DrawFn) -> Machine:
    """Any machine whose states can all be reached: each follows one that came before it."""
    number = draw(some.integers(1, 14))
    names = [f"S{n}" for n in range(number)]
    onward: dict[str, set[str]] = {name: set() for name in names}
    for n in range(1, number):
        onward[names[draw(some.integers(0, n - 1))]].add(names[n])
    for start, end in draw(some.lists(some.tuples(*[some.sampled_from(names)] * 2), max_size=14)):
        onward[start].add(end)
    states = {
        name: State(name, "Choice", None, {"Choices": [{"Next": end} for end in sorted(ends)]})
        for name, ends in onward.items()
    }
    return Machine("S0", states)


@given(machines())
def test_every_state_stands_once_and_none_upon_another(machine: Machine) -> None:
    drawn = drawing(machine)
    assert {one.name for one in drawn.nodes} == set(machine.states)
    assert len(drawn.nodes) == len(machine.states)
    for rank in range(drawn.ranks):
        row = sorted(one.place for one in drawn.nodes if one.rank == rank)
        assert len(row) <= WIDEST
        assert all(after - before > STATE - 0.001 for before, after in pairwise(row))
        assert all(0 < place < drawn.width for place in row)


@given(machines())
def test_every_edge_is_drawn_from_its_start_to_its_end(machine: Machine) -> None:
    drawn = drawing(machine)
    places = {one.name: (one.place, one.rank) for one in drawn.nodes}
    wanted = {
        (name, one["Next"])
        for name, state in machine.states.items()
        for one in state.fields["Choices"]
    }
    assert {(one.start, one.end) for one in drawn.edges} == wanted
    for one in drawn.edges:
        assert [one.points[0], one.points[-1]] == [places[one.start], places[one.end]]


@given(machines())
def test_the_same_machine_is_the_same_picture(machine: Machine) -> None:
    assert drawing(machine) == drawing(machine)


@given(machines())
def test_where_it_begins_was_passed_wherever_it_is(machine: Machine) -> None:
    for name in machine.states:
        found = passed(machine, [name])
        assert {machine.start, name} <= found


def test_the_deployed_machine_fails_over_dashed_lines_and_ends_below() -> None:
    drawn = drawing(DEPLOYED)
    assert drawn.nodes[0].name == "Snapshot"
    kinds = {(one.start, one.end): one.kind for one in drawn.edges}
    assert kinds["Snapshot", "BuryRun"] is Kind.CATCH
    assert kinds["CheckEmpty", "StartReading"] is Kind.CHOICE
    assert kinds["WaitRate", "MarkSynced"] is Kind.NEXT
    assert {one.name for one in drawn.nodes if one.ends} == {
        *("Continue", "Held", "Done", "Unbalanced", "Failed")
    }


@pytest.mark.parametrize(
    ("at", "surely", "perhaps"),
    [
        ("Snapshot", {"Snapshot"}, {"QueryPending", "Done"}),
        ("MarkSynced", {"Snapshot", "QueryPending", "SendBatch", "WaitRate"}, {"WaitTurn", "Done"}),
        ("Done", {"Snapshot", "ReadBack", "Reconcile", "CheckBalance"}, {"SendBatch", "BuryBatch"}),
    ],
)
def test_what_lies_on_every_way_was_passed(at: str, surely: set[str], perhaps: set[str]) -> None:
    found = passed(DEPLOYED, [at])
    assert surely <= found
    assert not perhaps & found


def test_a_state_of_another_definition_is_not_in_the_picture() -> None:
    assert passed(DEPLOYED, ["Snapshot", "RemovedLongAgo"]) == {"Snapshot"}
