from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from threading import Barrier, Thread

import pytest

from luca.aws import store
from luca.kernel import context
from luca.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from luca.kernel.ids import StudentId
from tenants import keys, rules, services
from tenants.domain import Enrolment, Guardian, Role, Student
from tenants.models import WordItem
from tenants.repository import people as repository
from tenants.repository import saving
from tenants.tests.conftest import (
    ADA,
    AUTUMN,
    FIRST_A,
    FIRST_B,
    GLORIA,
    MATHS,
    TERESA,
    TOMAS,
    Cast,
)

NAMES = {
    "jose": ("José", "Núñez Peña"),
    "maria": ("María del Carmen", "de la Cruz Hernández"),
    "siobhan": ("Siobhán", "O'Farrill Ibáñez"),
    "juan": ("Juan  Pablo", "García-Müller"),
    "ines": ("Inês", "Gonçalves Strauß"),
    "o": ("Guadalupe", "de la O"),
    "marta": ("Marta", "Martínez Martín"),
    "josefa": ("Josefa", "Cruz Nuñez"),
}


@pytest.fixture
def named(north: Cast) -> Cast:
    services.add_students([Student(StudentId(one), *name) for one, name in NAMES.items()])
    return north


def found(text: str, role: Role = Role.STUDENT, *, limit: int = 50) -> list[str]:
    """Everybody found, by the cursors of all pages; a page never holds more than it may."""
    ids: list[str] = []
    start = None
    while True:
        page, start = services.search(role, text, limit=limit, start=start)
        assert len(page) <= limit
        ids += [str(one.id) for one in page]
        if start is None:
            assert len(ids) == len(set(ids)), "somebody came twice"
            return sorted(ids)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nunez jose", ["jose", "josefa"]),
        ("jos nuñ", ["jose", "josefa"]),
        ("NÚÑEZ PEÑA, José", ["jose"]),
        ("cruz", ["josefa", "maria"]),
        ("de la cruz", ["maria"]),
        ("carm hern", ["maria"]),
        ("o'farrill", ["siobhan"]),
        ("O’FARRILL", ["siobhan"]),  # noqa: RUF001 -- what a phone types
        ("ofarr", ["siobhan"]),
        ("farrill", ["siobhan"]),
        ("garcia-muller", ["juan"]),
        ("muller", ["juan"]),
        ("strauss goncalves ines", ["ines"]),
        ("de la o", ["o"]),
        ("mar", ["maria", "marta"]),
        ("mar mar", ["maria", "marta"]),
        ("martin", ["marta"]),
        ("unez", []),
        ("jose garcia", []),
    ],
)
@pytest.mark.usefixtures("named")
def test_somebody_is_found_by_any_part_of_the_name(text: str, expected: list[str]) -> None:
    assert found(text) == expected
    assert found(text, limit=1) == expected


@pytest.mark.parametrize("text", ["", " ", "j", "j n", "ñ", "--", "'"])
@pytest.mark.usefixtures("named")
def test_a_search_needs_two_letters(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        services.search(Role.STUDENT, text, limit=5)
    assert [fault.field for fault in refusal.value.errors] == ["q"]


@pytest.mark.usefixtures("named")
def test_a_renamed_person_is_found_by_the_new_name_only() -> None:
    services.add_students([Student(StudentId("jose"), "José", "Ibarra Peña")])

    assert found("nunez jose") == ["josefa"]
    assert found("ibarra") == ["jose"]
    assert found("pena jose") == ["jose"]
    assert words_of("jose") == ["ibarra", "jose", "pena"]


@pytest.mark.usefixtures("named")
def test_roles_and_schools_are_searched_apart(south: Cast) -> None:
    services.add_guardians([Guardian(GLORIA, "Gloria", "Núñez")])

    assert found("nunez", Role.GUARDIAN) == ["gloria"]
    assert found("nunez") == ["ada", "jose", "josefa"]
    assert found("dia", Role.TEACHER) == ["teresa"]
    with context.entered(school=south.school):
        assert found("nunez") == ["dario"]


def words_of(student: str) -> list[str]:
    """The words under which the store keeps somebody; they may be anybody's."""
    everything = {word for name in NAMES.values() for word in rules.words_of(*name)}
    everything |= {"ibarra", "una", "dos", "tres"}
    return sorted(
        word
        for word in everything
        if len(word) > 1
        and store.get(WordItem, keys.words("STUDENT", word), keys.word(word, student)) is not None
    )


@pytest.mark.usefixtures("named")
def test_words_left_behind_find_nobody() -> None:
    """Should a stale item ever be there, the person's own record decides."""
    store.put(
        WordItem(
            keys.words("STUDENT", "zorro"),
            keys.word("zorro", "jose"),
            id="jose",
            words="jose zorro",
        )
    )

    assert found("zorro") == []


@pytest.mark.usefixtures("north")
def test_who_was_stored_before_there_was_search_is_found_after_their_next_save() -> None:
    old = repository.get(Role.STUDENT, ADA)
    assert old is not None
    item = saving._item(old)
    item.version = None
    store.put(item)
    for word in ("ada", "nunez", "pena"):
        store.delete(WordItem(keys.words("STUDENT", word), keys.word(word, ADA), id="", words=""))
    assert found("nunez") == []

    assert services.add_students([replace(services.student(ADA))]) == 1

    assert found("nunez") == ["ada"]


@pytest.mark.usefixtures("named")
def test_somebody_who_is_removed_leaves_nothing_to_find() -> None:
    services.add_students([Student(StudentId("jose"), *NAMES["jose"], external_id="X-1")])

    services.remove_person(Role.STUDENT, "jose")

    assert found("jose") == ["josefa"]
    assert words_of("jose") == []
    assert services.student_by_external_id("X-1") is None
    for unknown in ("jose", "a#b"):
        with pytest.raises(NotFound):
            services.remove_person(Role.STUDENT, unknown)


@pytest.mark.usefixtures("north")
def test_many_who_rename_somebody_at_once_leave_one_whole_name() -> None:
    names = [("Una", "Cruz Núñez"), ("Dos", "Núñez Peña"), ("Tres", "Peña Cruz"), ("Una", "Peña")]
    barrier = Barrier(len(names))

    def rename(given: str, family: str) -> None:
        barrier.wait()
        for _ in range(4):
            services.add_students([Student(ADA, given, family)])

    threads = [Thread(target=context.carried(rename), args=name) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    ada = services.student(ADA)
    assert words_of(ADA) == list(rules.words_of(ada.given_name, ada.family_name))
    assert found(f"{ada.family_name} {ada.given_name}") == ["ada"]


@pytest.mark.usefixtures("north")
def test_a_refused_curp_leaves_no_trace_of_the_whole_call() -> None:
    """Also when more people came with it than one transaction holds."""
    curp, other = "SABC560626MDFLRN01", "BOXW310820HNERXN09"
    services.add_students([Student(StudentId("eva"), "Eva", curp=curp)])
    many = [
        Student(StudentId(f"s{n}"), "Ana", f"Ruiz {n}", external_id=f"x{n}") for n in range(150)
    ]
    last = Student(StudentId("guy"), "Guy", curp=curp)

    fay = Student(StudentId("fay"), "Fay", curp=other)
    with pytest.raises(Conflict) as refusal:
        services.add_students([fay, *many, last])

    assert [fault.field for fault in refusal.value.errors] == ["151.curp"]
    services.add_students([Student(StudentId("hal"), "Hal", external_id="x7", curp=other)])
    assert found("ruiz") == []


@pytest.mark.usefixtures("north")
def test_a_lookup_that_was_left_behind_is_taken_over() -> None:
    curp = "SABC560626MDFLRN01"
    services.add_students([Student(StudentId("eva"), "Eva", curp=curp)])
    eva = services.student(StudentId("eva"))
    work = store.Transaction()
    work.put(saving._item(replace(eva, curp="", version=7)))  # as if killed before letting go
    work.commit()

    services.add_students([Student(StudentId("fay"), "Fay", curp=curp)])

    holder = services.student_by_curp(curp)
    assert holder is not None
    assert holder.id == "fay"


def test_teachers_find_the_students_they_teach_and_nobody_else(
    named: Cast, acting_as: Callable[[str], AbstractContextManager[None]]
) -> None:
    enrolments = [Enrolment(StudentId("jose"), FIRST_A), Enrolment(StudentId("josefa"), FIRST_B)]
    services.enrol(MATHS, AUTUMN, enrolments)

    with context.entered(school=named.school, actor=TERESA, groups=frozenset({"teacher"})):
        assert found("nunez") == ["ada", "jose"]
        assert found("nunez", limit=1) == ["ada", "jose"]
        with pytest.raises(Forbidden):
            services.search(Role.GUARDIAN, "nunez", limit=5)
    with context.entered(school=named.school, actor=TOMAS, groups=frozenset({"teacher"})):
        assert found("nunez") == ["josefa"]
    boss = frozenset({"school_admin"})
    with (
        acting_as("api"),
        context.entered(school=named.school, actor="boss", groups=boss),
    ):
        assert found("nunez") == ["ada", "jose", "josefa"]
    student = frozenset({"student"})
    with (
        context.entered(school=named.school, actor="jose", groups=student),
        pytest.raises(Forbidden),
    ):
        services.search(Role.STUDENT, "nunez", limit=5)


def test_a_page_of_a_big_school_ends_and_goes_on(north: Cast) -> None:
    services.add_students(
        [Student(StudentId(f"m{n:03}"), "María", f"Ruiz {n % 7}") for n in range(250)]
    )
    services.add_students([Student(StudentId("z"), "María", "Zúñiga")])

    assert len(found("maria ruiz", limit=30)) == 250
    assert found("mari zuni") == ["z"]
    with context.entered(school=north.school, actor=TERESA, groups=frozenset({"teacher"})):
        page, more = services.search(Role.STUDENT, "maria", limit=50)
        assert (page, more is not None) == ([], True)
        assert found("maria") == []
