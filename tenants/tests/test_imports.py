"""Tables of a school, as its office writes them."""

from collections.abc import Callable

import pytest

from luca.aws import store
from luca.aws.audit import AuditItem, day
from luca.kernel import clock, context, tables
from luca.kernel.errors import NotFound
from luca.kernel.ids import GroupId, GuardianId, StudentId, SubjectId, TeacherId
from tenants import services
from tenants.domain import Enrolment, Group, Role, Student
from tenants.repository import saving
from tenants.rules import sheets, wording
from tenants.services.imports import Kind, Report, import_table
from tenants.tests.conftest import ADA, AUTUMN, BLAS, FIRST_A, FIRST_B, GLORIA, MATHS, Cast

pytestmark = pytest.mark.usefixtures("north")
CURP, OTHER_CURP = "SABC560626MDFLRN01", "BOXW310820HNERXN09"
STUDENTS = f"""\
Matrícula,Primer apellido,Segundo apellido,Nombre(s),CURP,Correo,Grupo
2026-001,Núñez,de la Peña,José Ángel,{CURP},jose@norte.example,1a
2026-002,O'Farrill,Ibáñez,Siobhán,{OTHER_CURP.lower()},,1a
2026-003,de la Cruz,,María del Carmen,,,
"""


def load(kind: Kind, text: str, *, dry_run: bool = False, partial: bool = False) -> Report:
    return import_table(kind, text.encode(), dry_run=dry_run, partial=partial)


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.refused


def faults(report: Report) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.cause.en) for one in report.faults]


def test_students_of_a_mexican_school_are_imported() -> None:
    report = load(Kind.STUDENTS, STUDENTS)

    assert (counts(report), report.written, report.faults) == ((3, 0, 0, 0), True, ())
    jose = services.student(StudentId("2026-001"))
    assert jose == Student(
        jose.id, "José Ángel", "Núñez de la Peña", curp=CURP, email="jose@norte.example"
    )
    assert services.student(StudentId("2026-002")).curp == OTHER_CURP
    assert services.members(FIRST_A) == ["2026-001", "2026-002", ADA, BLAS]
    found, _ = services.search(Role.STUDENT, "carmen cruz", limit=5)
    assert [one.id for one in found] == ["2026-003"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_a_table_that_excel_wrote_is_imported_likewise(encoding: str) -> None:
    text = STUDENTS.replace(",", ";").replace("\n", "\r\n")

    report = import_table(Kind.STUDENTS, text.encode(encoding))

    assert report.new == 3
    assert services.student(StudentId("2026-001")).family_name == "Núñez de la Peña"


def test_importing_again_changes_nothing() -> None:
    load(Kind.STUDENTS, STUDENTS)

    assert counts(load(Kind.STUDENTS, STUDENTS)) == (0, 0, 3, 0)
    assert services.student(StudentId("2026-001")).version == 1


def test_a_dry_run_says_what_would_happen_and_stores_nothing() -> None:
    load(Kind.STUDENTS, STUDENTS)
    more = STUDENTS.replace("Siobhán", "Siobhan") + "2026-004,Íñiguez,,Zoë,,,\n"

    report = load(Kind.STUDENTS, more, dry_run=True)

    assert (counts(report), report.written) == ((1, 1, 2, 0), False)
    assert services.student(StudentId("2026-002")).given_name == "Siobhán"
    with pytest.raises(NotFound):
        services.student(StudentId("2026-004"))


def test_empty_cells_and_missing_columns_leave_what_is_stored() -> None:
    load(Kind.STUDENTS, STUDENTS)

    report = load(Kind.STUDENTS, "matrícula,nombre,curp\n2026-001,José,\n2026-003,Carmen,\n")

    assert counts(report) == (0, 2, 0, 0)
    jose = services.student(StudentId("2026-001"))
    assert (jose.given_name, jose.family_name, jose.curp) == ("José", "Núñez de la Peña", CURP)
    assert jose.email == "jose@norte.example"


def test_with_one_bad_row_nothing_is_written_and_every_fault_is_listed() -> None:
    services.add_students([Student(StudentId("old"), "Old", curp=OTHER_CURP, external_id="E-1")])
    text = f"""\
Matrícula,Nombre,Apellidos,CURP,Correo,Grupo,Clave externa
s-1,Ana,Ruiz,{CURP},ana@norte.example,1a,
s-2,"Eva
María",Ruiz,,,9z,
s 3,,Ruiz,SABC560626MDFLRN02,nada,1a,
s-4,Iñaki,Ruiz,{OTHER_CURP},,1a,
s-5,Iván,Ruiz,,,1a,E-1
s-6,Inés,Ruiz,,,1a,E-2
s-6,Inés,Ruiz,,,1a,E-2
s-7,Íngrid,Ruiz,,,1a,E-2
"""

    report = load(Kind.STUDENTS, text)

    assert not report.written
    assert faults(report) == [
        (3, "Grupo", sheets.NO_GROUP.en),
        (5, "Nombre", tables.REQUIRED.en),
        (5, "Matrícula", "An id is 1 to 64 letters, digits or . _ ~ -"),
        (5, "Correo", "This is not an e-mail address."),
        (5, "CURP", "The check digit of the CURP does not match: a character is mistyped."),
        (6, "CURP", "Somebody else in the school has it already."),
        (7, "Clave externa", "Somebody else in the school has it already."),
        (8, "Matrícula", "It is in line 9 too."),
        (8, "Clave externa", "It is in line 9 too."),
        (9, "Matrícula", "It is in line 8 too."),
        (9, "Clave externa", "It is in line 8 too."),
        (10, "Clave externa", "It is in line 8 too."),
    ]
    assert counts(report) == (1, 0, 0, 7)
    assert services.members(FIRST_A) == [ADA, BLAS]
    with pytest.raises(NotFound):
        services.student(StudentId("s-1"))


def test_the_format_of_each_cell_is_judged() -> None:
    text = "matrícula,nombre,curp,correo\ns 3,Ana,SABC560626MDFLRN02,nada\n"

    assert {(column, cause) for _, column, cause in faults(load(Kind.STUDENTS, text))} == {
        ("matrícula", "An id is 1 to 64 letters, digits or . _ ~ -"),
        ("curp", "The check digit of the CURP does not match: a character is mistyped."),
        ("correo", "This is not an e-mail address."),
    }


def test_a_partial_import_takes_the_good_rows() -> None:
    text = STUDENTS + "s 4,Ruiz,,Ana,,,\n"

    report = load(Kind.STUDENTS, text, partial=True)

    assert (counts(report), report.written) == ((3, 0, 0, 1), True)
    assert faults(report)[0][0] == 5
    assert services.student(StudentId("2026-003")).family_name == "de la Cruz"
    mended = load(Kind.STUDENTS, text.replace("s 4", "s-4"))
    assert counts(mended) == (1, 0, 3, 0)


def test_a_table_that_cannot_be_read_is_refused_even_partially() -> None:
    for text in ("", "nombre\nAna\n", "matrícula,nombre,teléfono\ns-1,Ana,5\n"):
        report = load(Kind.STUDENTS, text, partial=True)
        assert report.faults
        assert not report.written
    assert counts(load(Kind.STUDENTS, "matrícula,nombre\n")) == (0, 0, 0, 0)


def test_teachers_are_imported() -> None:
    report = load(Kind.TEACHERS, "Clave,Apellidos,Nombre\nteresa,Díaz,Teresa\nt-2,Gil Ñ,Tomás\n")

    assert counts(report) == (1, 0, 1, 0)
    assert services.teacher(TeacherId("t-2")).family_name == "Gil Ñ"


def test_guardians_are_imported_with_their_children() -> None:
    text = "clave,nombre,apellidos,hijos\ngloria,Gloria,Peña,ada; blas\ng-2,Saúl,Ortiz,blas\n"

    assert counts(load(Kind.GUARDIANS, text)) == (1, 1, 0, 0)
    assert services.children_of(GLORIA) == [ADA, BLAS]
    assert services.children_of(GuardianId("g-2")) == [BLAS]
    assert counts(load(Kind.GUARDIANS, text)) == (0, 0, 2, 0)
    bad = load(Kind.GUARDIANS, "clave,nombre,hijos\ng-3,Ana,ada|nadie\n")
    assert faults(bad) == [(2, "hijos", "There is no such student.")]


def test_groups_are_imported() -> None:
    text = "grupo,nombre\n1a,1A\n1b,Primero B\n2c,2° C\n"

    assert counts(load(Kind.GROUPS, text)) == (1, 1, 1, 0)
    assert services.group(GroupId("2c")) == Group(GroupId("2c"), "2° C")
    assert counts(load(Kind.GROUPS, text)) == (0, 0, 3, 0)
    bad = load(Kind.GROUPS, 'grupo,nombre\n2 c,x\n1a,x\n1a,y\n3a,"\x07"\n')
    assert [line for line, _, _ in faults(bad)] == [2, 3, 4, 5]


def test_enrolments_are_imported() -> None:
    text = "matrícula,materia,periodo,grupo\nada,maths,2026-1,1a\nblas,maths,2026-1,1b\n"
    science = "carla,science,2026-1,1b\n"

    assert faults(load(Kind.ENROLMENTS, text + science)) == [(4, "materia", sheets.NO_SUBJECT.en)]
    services.assign_teacher(FIRST_B, SubjectId("science"), TeacherId("teresa"))
    assert counts(load(Kind.ENROLMENTS, text + science)) == (1, 1, 1, 0)

    assert services.enrolment(BLAS, MATHS, AUTUMN) == Enrolment(BLAS, FIRST_B)
    assert counts(load(Kind.ENROLMENTS, text + science)) == (0, 0, 3, 0)


def test_enrolments_name_what_is_unknown_closed_or_there_twice() -> None:
    text = """\
matrícula,materia,periodo,grupo
nadie,maths,2031-1,9z
ada,maths,2026-1,1a
ada,maths,2026-1,1b
blas,#,2026-1,1a
carla,maths,2026-1,1a
"""
    services.begin_closing(AUTUMN)

    assert {(line, column) for line, column, _ in faults(load(Kind.ENROLMENTS, text))} == {
        (2, "matrícula"),
        (2, "periodo"),
        (2, "grupo"),
        (3, "matrícula"),
        (4, "matrícula"),
        (5, "materia"),
        (6, "periodo"),
    }


def test_an_import_that_stopped_half_way_is_finished_by_repeating_it() -> None:
    many = "matrícula,nombre,apellidos,grupo\n" + "".join(
        f"m-{n},Ana,Ruiz {n},1b\n" for n in range(60)
    )

    def die(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_table(Kind.STUDENTS, many.encode(), tick=Second(die))
    half = len(services.students(StudentId(f"m-{n}") for n in range(60)))
    assert 0 < half < 60

    again = load(Kind.STUDENTS, many)

    assert (again.new, again.changed) == (60 - half, half)  # who was there lacked the group
    assert len(services.members(FIRST_B)) == 60
    assert counts(load(Kind.STUDENTS, many)) == (0, 0, 60, 0)


class Second:
    """Lets the first tick pass, which counts what needs no writing."""

    def __init__(self, then: Callable[[int], None]) -> None:
        self._ticks = 0
        self._then = then

    def __call__(self, count: int) -> None:
        self._ticks += 1
        if self._ticks == 2:
            self._then(count)


def test_somebody_who_is_saved_meanwhile_is_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save, met = saving.save, list[int]()

    def slow(*args: object, **more: object) -> None:
        if not met:
            met.append(1)
            services.change_person(Role.STUDENT, "ada", {"email": "ada@norte.example"})
        save(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(saving, "save", slow)

    load(Kind.STUDENTS, "matrícula,nombre\nada,Adela\n")

    ada = services.student(ADA)
    assert (ada.given_name, ada.email) == ("Adela", "ada@norte.example")


def test_an_import_is_audited_by_counts_alone(north: Cast) -> None:
    with context.entered(school=north.school, actor="boss", groups=frozenset({"school_admin"})):
        load(Kind.STUDENTS, STUDENTS)
        load(Kind.STUDENTS, STUDENTS, dry_run=True)

    found = list(store.every(AuditItem, day(clock.now().date()), consistent=True))
    assert [
        (one.action, one.about, one.actor, one.details) for one in found if one.actor == "boss"
    ] == [
        (
            "people.imported",
            "import:students",
            "boss",
            {"new": "3", "changed": "0", "refused": "0"},
        )
    ]


def test_every_cause_is_said_in_both_languages() -> None:
    for english, spanish in wording.SPANISH.items():
        assert wording.said(english, "en") == english
        assert wording.said(english, "es-mx") == spanish != english
