"""What the admin says when something cannot be done: in words, in its frame, in a page."""

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from luca.aws import store
from luca.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenants.tests.desk import Office

MEGABYTE = 1_048_576
FRAME = 'id="nav-sidebar"'


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("path", ["/admin/nowhere/", "/admin/tenants/period/x/y/z/", "/admin/x"])
def test_an_address_that_leads_nowhere_is_a_page(office: "Office", path: str) -> None:
    answer = office.get(path)
    assert answer.status_code in {302, 404}
    answer = office.get(path, follow=True)
    assert "/admin/" in text(answer)
    assert "text/html" in answer["Content-Type"]


def test_a_page_that_is_not_there_stands_in_the_frame(office: "Office") -> None:
    answer = office.get("/admin/nowhere/")
    assert answer.status_code == 404
    assert "No existe esa página" in text(answer)
    assert "nav-sidebar" in text(answer)
    assert text(answer).count("<h1") == 1


def test_what_is_not_for_somebody_is_said_in_the_frame(
    school: str, office_of: "Callable[..., Office]"
) -> None:
    answer = office_of(school, "platform_admin").get("/admin/tenants/student/")
    assert answer.status_code == 403
    assert "Esta página no le corresponde" in text(answer)
    assert "nav-sidebar" in text(answer)


def test_a_fault_of_ours_says_a_number_and_nothing_else(
    office: "Office", monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret of Ana Luna")

    monkeypatch.setattr(admin.site, "get_app_list", broken)
    answer = office.get("/admin/")
    assert answer.status_code == 500
    assert "Ana Luna" not in text(answer)
    assert f"<code>{answer['X-Correlation-ID']}</code>" in text(answer)
    assert "La falla es nuestra" in text(answer)


def test_a_busy_store_is_said_to_be_busy(office: "Office", monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise Unavailable("The store is busy; try again in a moment.")

    monkeypatch.setattr(store, "get", busy)
    answer = office.get("/admin/")
    assert answer.status_code == 503
    assert "El almacén está ocupado" in text(answer)


def test_a_form_without_its_token_is_said_to_be_too_old(office: "Office") -> None:
    office.handler.enforce_csrf_checks = True
    answer = office.post("/admin/logout/")
    assert answer.status_code == 403
    assert "El formulario es demasiado antiguo" in text(answer)


class _Endless:
    """A body that counts how much of it is read."""

    read_bytes = 0

    def read(self, size: int = -1) -> bytes:
        self.read_bytes += max(size, 1)
        return b"x" * max(size, 1)

    readline = read

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(
    ("kind", "size", "signed_in", "read"),
    [
        # A browser shows the refusal of a file only when it has sent it; it goes nowhere.
        ("multipart/form-data; boundary=x", 50 * MEGABYTE, True, 50 * MEGABYTE),
        ("multipart/form-data; boundary=x", 2 * 1024 * MEGABYTE, True, 128 * MEGABYTE),
        ("application/x-www-form-urlencoded", MEGABYTE + 1, True, MEGABYTE + 1),
        ("multipart/form-data; boundary=x", 2 * MEGABYTE, False, 0),
    ],
)
def test_what_is_too_large_is_refused_and_kept_nowhere(
    office: "Office", kind: str, size: int, read: int, *, signed_in: bool
) -> None:
    browser: Client = office if signed_in else Client(SERVER_NAME="127.0.0.1")
    body = _Endless()
    extra: dict[str, Any] = {"wsgi.input": body, "CONTENT_LENGTH": str(size)}
    answer = browser.generic("POST", "/admin/login/", b"", content_type=kind, **extra)
    assert answer.status_code == 413
    assert "Es demasiado grande" in text(answer)
    assert body.read_bytes == read


def test_a_table_of_some_megabytes_is_taken_and_stays_in_memory(office: "Office") -> None:
    table = SimpleUploadedFile("alumnos.csv", b"x" * 4 * MEGABYTE)
    assert office.post("/admin/login/", {"file": table}).status_code == 302
    request = RequestFactory().post("/admin/", {"file": table})
    assert type(request.FILES["file"]).__name__ == "InMemoryUploadedFile"


def test_a_part_of_a_page_whose_session_is_over_loads_the_page_again() -> None:
    answer = Client(SERVER_NAME="127.0.0.1").get("/admin/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


def test_the_address_that_people_type_leads_to_the_first_page(office: "Office") -> None:
    assert office.get("/admin")["Location"] == "/admin/"
