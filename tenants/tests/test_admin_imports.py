"""The office imports tables: sent, looked over, stored, undone, with what people get wrong."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from luca.kernel import context, workbook
from luca.kernel.tests.books import book
from tenants import services
from tenants.admin.imports import LISTS
from tenants.admin.imports_records import KINDS
from tenants.domain import Role
from tenants.domain.imports import ImportState
from tenants.services.imports import desk
from tenants.tasks import apply_import, undo_import
from tenants.tests.conftest import Cast
from tenants.tests.desk import Office, office_of
from tenants.tests.filling import es, hidden

LIST = "/admin/tenants/peopleimport/"
UPLOAD = LIST + "upload/"
LINK = 'href="/admin/tenants/student/"'
HEAD = "Matrícula;Nombre;Primer apellido;CURP;Grupo\n"
GOOD = "".join(f"n-{n};Ana;Ñandú {n};;1a\n" for n in range(20))
BAD = "z-1;;Ríos;;1a\nz-2;Zoé;Ríos;MALA;1a\nz-3;Zoé;Ríos;;9z\n"


@pytest.fixture
def rosa(north: Cast) -> Office:
    return office_of(north.school, "school_admin")


def send(rosa: Office, content: bytes, kind: str = "students", name: str = "alumnos.csv") -> Any:
    return rosa.post(UPLOAD, {"kind": kind, "file": SimpleUploadedFile(name, content)})


def sent(rosa: Office, content: bytes) -> str:
    """Send a table; return the address where it is looked over."""
    answer = send(rosa, content)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return str(answer["Location"])


def confirmed(rosa: Office, address: str, **typed: str) -> Any:
    page = rosa.text(address)
    form = page[page.index("data-once") :]
    return rosa.post(address, {**hidden(form[: form.index("</form>")]), **typed})


def work(rosa: Office, address: str) -> ImportState:
    """What the worker does, and what became of it."""
    identity = address.split("/")[-3]
    with context.entered(school=rosa.school, actor="rosa", groups=frozenset({"school_admin"})):
        made = desk.people_import(identity)
        task = {ImportState.APPLYING: apply_import, ImportState.UNDOING: undo_import}[made.state]
        task.run(job=made.job)
        return desk.people_import(identity).state


def test_a_table_is_mended_stored_and_undone(rosa: Office) -> None:
    page = rosa.text(sent(rosa, (HEAD + GOOD + BAD).encode("cp1252")))
    assert "Ñandú 7" in page
    for line, cause in (
        (22, "Falta el dato."),
        (23, "18 caracteres"),
        (24, "No existe este grupo."),
    ):
        assert re.search(rf">\s*{line}\s*<.*?{cause}", page, re.DOTALL), line
    address = sent(rosa, (HEAD + GOOD).encode("cp1252"))
    assert confirmed(rosa, address.replace("look", "apply"))["Location"] == address
    assert 'hx-get="' in rosa.text(address)
    assert work(rosa, address) is ImportState.APPLIED
    assert "Ñandú 7" in rosa.text("/admin/tenants/student/", {"q": "nandu"})
    answer = confirmed(rosa, address.replace("look", "undo"), reason="Archivo equivocado")
    assert answer.status_code == 302
    assert work(rosa, address) is ImportState.UNDONE
    assert "Ñandú 7" not in rosa.text("/admin/tenants/student/", {"q": "nandu"})
    assert es("Undone") in rosa.text(LIST)


def test_the_office_and_the_worker_need_no_other_rights_than_they_have(
    rosa: Office, acting_as: Callable[[str], AbstractContextManager[None]]
) -> None:
    with acting_as("api"):
        address = sent(rosa, (HEAD + GOOD).encode())
        confirmed(rosa, address.replace("look", "apply"))
    with acting_as("worker"):
        assert work(rosa, address) is ImportState.APPLIED
    with acting_as("api"):
        confirmed(rosa, address.replace("look", "undo"), reason="Archivo equivocado")
    with acting_as("worker"):
        assert work(rosa, address) is ImportState.UNDONE


def test_the_good_rows_can_be_stored_alone(rosa: Office) -> None:
    address = sent(rosa, (HEAD + GOOD + BAD).encode())
    confirmed(rosa, address.replace("look", "apply"))
    assert work(rosa, address) is ImportState.APPLIED
    assert services.person(Role.STUDENT, "n-7").family_name == "Ñandú 7"


def test_the_result_counts_every_row_and_leads_to_the_list(rosa: Office) -> None:
    was = services.person(Role.STUDENT, "blas")
    same = f"blas;{was.given_name};{was.family_name};;\n"
    mixed = HEAD + GOOD + BAD + same + "ada;Ada;Luna;;1a\n"
    address = sent(rosa, mixed.encode())
    assert LINK not in main(rosa.text(address))  # there is nothing new in it yet
    confirmed(rosa, address.replace("look", "apply"))
    assert work(rosa, address) is ImportState.APPLIED
    page = rosa.text(address)
    assert "Nuevos: 20. Cambiados: 1. Sin cambio: 1. Con errores: 3." in page
    assert LINK in main(page)
    confirmed(rosa, address.replace("look", "undo"), reason="Archivo equivocado")
    work(rosa, address)
    assert LINK in main(rosa.text(address))


@pytest.mark.parametrize(("kind", "_name"), KINDS)
def test_each_kind_of_table_has_a_list_to_be_led_to(rosa: Office, kind: str, _name: str) -> None:
    assert rosa.get(reverse(LISTS[kind])).status_code == 200


def main(page: str) -> str:
    """The page without the frame, whose menu leads to every list."""
    return page[page.index("Con errores") :]


def test_undoing_wants_a_reason(rosa: Office) -> None:
    address = sent(rosa, (HEAD + GOOD).encode())
    confirmed(rosa, address.replace("look", "apply"))
    work(rosa, address)
    assert confirmed(rosa, address.replace("look", "undo"), reason="").status_code == 200
    assert desk.people_import(address.split("/")[-3]).state is ImportState.APPLIED


def test_a_double_click_stores_once(rosa: Office) -> None:
    address = sent(rosa, (HEAD + GOOD).encode())
    path = address.replace("look", "apply")
    form = hidden(rosa.text(path).split("data-once")[1])
    first, second = rosa.post(path, form), rosa.post(path, form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert work(rosa, address) is ImportState.APPLIED


def test_a_workbook_is_read_and_its_formulas_are_refused(rosa: Office) -> None:
    rows: list[list[object]] = [["Matrícula", "Nombre"], [1001, "Zoé"], [1002, '=CONCAT("A","b")']]
    page = rosa.text(sent(rosa, book(rows)))
    assert "1001" in page
    assert workbook.FORMULA.es in page


def test_fifty_megabytes_are_refused_in_words(rosa: Office) -> None:
    answer = send(rosa, b"x" * (50 * 1024 * 1024))
    assert answer.status_code == 413
    assert es("The file is too large: at most 5 MB. Divide it and send the parts.") in (
        answer.content.decode()
    )
    answer = send(rosa, b"x" * (5 * 1024 * 1024 + 1))
    assert es("The file is too large: divide it.") in answer.content.decode()
    assert desk.people_imports(limit=5, start=None) == ([], None)


@pytest.mark.parametrize(
    "content", [b"\x00\x01\x02", b"", b"PK\x03\x04junk", "ñ".encode("utf-16-be")]
)
def test_what_is_no_table_is_said_to_be_none(rosa: Office, content: bytes) -> None:
    answer = send(rosa, content)
    if answer.status_code == 302:
        page = rosa.text(answer["Location"])
        assert "/apply/" not in page
        assert "archivo" in page.lower() or "libro" in page


def test_a_column_that_is_missing_is_called_as_the_template_calls_it(rosa: Office) -> None:
    page = rosa.text(sent(rosa, b"color;talla\nrojo;3\n"))
    assert "matrícula" in page
    assert "given_name" not in page


def test_an_empty_table_to_fill_in_is_one_that_can_be_imported(rosa: Office) -> None:
    head = rosa.get(LIST + "template/", {"kind": "students"}).content.decode("utf-8-sig").strip()
    assert "primer apellido" in head
    row = dict.fromkeys(head.split(","), "") | {"matrícula": "t-1", "nombre": "Tina"}
    page = rosa.text(sent(rosa, f"{head}\n{','.join(row.values())}\n".encode()))
    assert "t-1" in page
    assert "/apply/" in page


@pytest.mark.parametrize("group", ["platform_admin", "gov_operator"])
def test_others_of_the_office_import_nobody(north: Cast, group: str) -> None:
    other = office_of(north.school, group)
    assert other.get(UPLOAD).status_code == 403
    assert send(other, HEAD.encode()).status_code == 403


def test_another_school_s_import_is_not_here(rosa: Office, south: Cast) -> None:
    address = sent(rosa, (HEAD + GOOD).encode())
    sol = office_of(south.school, "school_admin", person="sol")
    for name in ("look", "apply", "undo", "stop", "again"):
        path = address.replace("look", name)
        assert sol.get(path).status_code == 404
        assert sol.post(path, {"once": "x", "reason": "Porque sí"}).status_code in {404, 405}


def test_few_calls_list_the_imports(rosa: Office) -> None:
    sent(rosa, (HEAD + GOOD).encode())
    rosa.text(LIST)
    assert len(rosa.calls) <= 4, rosa.calls
