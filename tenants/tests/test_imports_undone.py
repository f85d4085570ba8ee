"""A table at the office's desk: looked over, applied by a worker, stopped, taken back."""

from collections.abc import Iterator

import pytest

from luca.aws import job_files, jobs
from luca.kernel import context
from luca.kernel.errors import Conflict, Invalid, NotFound
from luca.kernel.ids import GroupId, GuardianId, StudentId, TeacherId
from tenants import services
from tenants.domain import Role
from tenants.domain.imports import ImportState, PeopleImport
from tenants.repository import imports as repository
from tenants.repository import saving
from tenants.services.imports import desk, running, undoing
from tenants.tasks import apply_import, undo_import
from tenants.tests.conftest import ADA, AUTUMN, FIRST_A, FIRST_B, MATHS, Cast
from tenants.tests.test_imports import CURP

TWO = "Matrícula;Nombre;Apellidos;CURP;Grupo\nz-1;Zoé;Ríos;;1a\nada;Ada;Luna;;1b\n"


@pytest.fixture(autouse=True)
def _office(north: Cast) -> Iterator[None]:
    with context.entered(school=north.school, actor="rosa", groups=frozenset({"school_admin"})):
        yield


def sent(text: str, kind: str = "students") -> PeopleImport:
    return desk.send_import(kind, text.encode())


def applied(text: str, kind: str = "students", *, partial: bool = False) -> PeopleImport:
    made = desk.apply_import(sent(text, kind).id, partial=partial)
    apply_import.run(job=made.job)
    return desk.people_import(made.id)


def undone(made: PeopleImport) -> PeopleImport:
    begun = desk.undo_import(made.id, reason="Archivo equivocado")
    undo_import.run(job=begun.job)
    return desk.people_import(made.id)


def name(student: str) -> str:
    found = services.person(Role.STUDENT, student)
    return f"{found.given_name} {found.family_name}"


def test_nothing_is_stored_before_somebody_says_so() -> None:
    made = sent(TWO)

    found = desk.import_difference(made)

    assert (made.new, made.changed, made.refused) == (1, 1, 0)
    assert [one.changes for one in found.steps if not one.is_new] == [
        {"family_name": ("Núñez Peña", "Luna")}
    ]
    assert name("ada") == "Ada Núñez Peña"
    with pytest.raises(NotFound):
        name("z-1")


def test_an_import_is_applied_and_taken_back() -> None:
    made = applied(TWO)

    assert made.state is ImportState.APPLIED
    assert (name("z-1"), name("ada")) == ("Zoé Ríos", "Ada Luna")
    assert "z-1" in services.members(FIRST_A)
    assert ADA in services.members(FIRST_B)

    back = undone(made)

    assert (back.state, back.left) == (ImportState.UNDONE, {})
    assert name("ada") == "Ada Núñez Peña"
    assert ADA not in services.members(FIRST_B)
    assert "z-1" not in services.members(FIRST_A)
    with pytest.raises(NotFound):
        name("z-1")
    assert services.search(Role.STUDENT, "zoe", limit=5) == ([], None)


def test_bad_rows_hold_up_the_good_ones_until_somebody_says_otherwise() -> None:
    text = TWO + "z-2;;Paz;;\n"
    made = sent(text)
    assert made.refused == 1
    with pytest.raises(Conflict):
        desk.apply_import(made.id)
    assert applied(text, partial=True).state is ImportState.APPLIED
    assert name("z-1") == "Zoé Ríos"


def test_what_somebody_changed_since_is_left() -> None:
    made = applied(TWO)
    services.change_person(Role.STUDENT, "ada", {"family_name": "Sol"})
    services.link_child(GuardianId("gloria"), StudentId("z-1"))

    back = undone(made)

    assert back.left == {"changed": 1, "used": 1}
    assert (name("ada"), name("z-1")) == ("Ada Sol", "Zoé Ríos")


def test_what_somebody_changed_besides_stays_changed() -> None:
    made = applied(TWO)
    services.change_person(Role.STUDENT, "ada", {"email": "ada@norte.example"})

    assert undone(made).left == {}
    found = services.person(Role.STUDENT, "ada")
    assert (found.family_name, found.email) == ("Núñez Peña", "ada@norte.example")


def test_a_curp_that_an_undone_import_held_is_free_again() -> None:
    text = f"Matrícula;Nombre;CURP\nz-1;Zoé;{CURP}\n"
    undone(applied(text))

    assert applied(text.replace("z-1", "z-9")).state is ImportState.APPLIED
    assert services.student_by_curp(CURP) == services.person(Role.STUDENT, "z-9")


@pytest.mark.parametrize("written", [0, 1])
def test_a_worker_that_dies_is_repeated(monkeypatch: pytest.MonkeyPatch, written: int) -> None:
    rows = "".join(f"m-{n};Ana;Cruz;;1a\n" for n in range(40))
    made = desk.apply_import(sent(TWO + rows).id)
    ticks = 0

    def die(_self: object, _rows: int) -> None:
        nonlocal ticks
        ticks += 1
        if ticks > written:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(running._Writing, "tick", die)
        with pytest.raises(KeyboardInterrupt):
            apply_import.run(job=made.job)
    apply_import.run(job=made.job)

    assert desk.people_import(made.id).state is ImportState.APPLIED
    assert len(services.members(FIRST_A)) == 43
    back = undone(desk.people_import(made.id))
    assert back.left == {}
    assert name("ada") == "Ada Núñez Peña"
    assert len(services.members(FIRST_A)) == 2


def test_an_undoing_worker_that_dies_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    made = applied(TWO)
    begun = desk.undo_import(made.id, reason="Archivo equivocado")
    with monkeypatch.context() as patch:
        patch.setattr(saving, "remove", lambda _: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            undo_import.run(job=begun.job)
    undo_import.run(job=begun.job)

    assert desk.people_import(made.id).left == {}
    assert name("ada") == "Ada Núñez Peña"
    with pytest.raises(NotFound):
        name("z-1")


def test_stopped_half_way_it_can_be_taken_back_or_finished() -> None:
    rows = "".join(f"m-{n};Ana;Cruz;;\n" for n in range(60))
    made = desk.apply_import(sent(TWO + rows).id)
    desk.stop_import(made.id)
    apply_import.run(job=made.job)

    assert desk.people_import(made.id).state is ImportState.STOPPED
    again = desk.apply_import(made.id)
    apply_import.run(job=again.job)
    assert desk.people_import(made.id).state is ImportState.APPLIED
    assert undone(desk.people_import(made.id)).left == {}
    with pytest.raises(NotFound):
        name("m-7")


def test_of_two_who_press_the_button_one_begins_it() -> None:
    made = sent(TWO)
    desk.apply_import(made.id)
    with pytest.raises(Conflict):
        desk.apply_import(made.id)
    with pytest.raises(Conflict):
        desk.undo_import(made.id, reason="Todavía no")


def test_a_reason_is_needed_to_take_it_back() -> None:
    made = applied(TWO)
    with pytest.raises(Invalid):
        desk.undo_import(made.id, reason=" ")


def test_a_table_that_was_thrown_away_with_somebody_erased_is_not_applied() -> None:
    made = sent(TWO)
    job_files.throw_away()
    with pytest.raises(Conflict) as refusal:
        desk.apply_import(made.id)
    assert refusal.value.code == "table_gone"


def test_a_table_thrown_away_while_it_waits_leaves_the_import_as_it_was() -> None:
    made = desk.apply_import(sent(TWO).id)
    job_files.throw_away()
    apply_import.run(job=made.job)

    assert jobs.get(made.job).reason == "table_gone"
    assert desk.people_import(made.id).state is ImportState.CHECKED
    assert name("ada") == "Ada Núñez Peña"


def test_guardians_teachers_groups_and_enrolments_are_taken_back_too() -> None:
    made = applied("clave;nombre;alumnos\ng-1;Gil;ada blas\n", "guardians")
    assert undone(made).left == {}
    assert [str(one.id) for one in services.guardians_of(ADA)] == ["gloria"]

    made = applied("clave;nombre\nt-1;Tina\nteresa;Tere\n", "teachers")
    assert undone(made).left == {}
    assert services.teacher(TeacherId("teresa")).given_name == "Teresa"

    made = applied("clave;nombre\n1a;Primero A\n9z;Noveno\n", "groups")
    assert undone(made).left == {"group": 1}
    assert services.group(GroupId("1a")).name == "1A"

    made = applied(f"matrícula;grupo;materia;periodo\nada;1b;{MATHS};{AUTUMN}\n", "enrolments")
    assert undone(made).left == {}
    assert {one.student: one.group for one in services.roster(MATHS, AUTUMN)}[ADA] == FIRST_A


def test_another_school_has_no_such_import(south: Cast) -> None:
    made = applied(TWO)
    with (
        context.entered(school=south.school, actor="sol", groups=frozenset({"school_admin"})),
        pytest.raises(NotFound),
    ):
        desk.people_import(made.id)
    assert repository.get(made.id) is not None
    assert undoing.undo_now(made.id, lambda *_: None) == {}
