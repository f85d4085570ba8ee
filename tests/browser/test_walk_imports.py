"""Two hundred students come by a table: three rows are wrong, a worker dies, and all is undone."""

import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest

from luca.aws.tests import redelivery
from luca.localaws.stack import Stack
from tests.browser.hands import press
from tests.browser.screen import Screen

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.slow
ROWS = 200
HEAD = "Matrícula;Nombres;Primer apellido;Segundo apellido;CURP;Correo;Grupo"
AGAIN_SECONDS = 420  # only guards against hanging


def rows(mark: str, *, wrong: bool) -> list[str]:
    """Students as a school's old system exports them, three of them with faults."""
    good = [
        f"{mark}{n:03};Ana{n:03};Ñúñez;{mark};;{mark}{n:03}@norte.example;1C" for n in range(ROWS)
    ]
    if wrong:
        good[4] = f"{mark}004;;Ñúñez;{mark};;{mark}004@norte.example;1C"
        good[50] = f"{mark}050;Ana050;Ñúñez;{mark};NOESUNACURP;{mark}050@norte.example;1C"
        good[199] = f"{mark}199;Ana199;Ñúñez;{mark};;{mark}199@norte.example;9Z"
    return good


def table(folder: Path, lines: Sequence[str]) -> Path:
    """Semicolons and Windows-1252: what a spreadsheet saves in Mexico."""
    file = folder / "alumnos.csv"
    file.write_bytes("\r\n".join([HEAD, *lines]).encode("cp1252"))
    return file


def test_three_rows_are_wrong_then_all_is_stored_and_undone(office: Screen, tmp_path: Path) -> None:
    mark = _mark()
    _send(office, table(tmp_path, rows(mark, wrong=True)))
    text = office.page.content()
    for line in (6, 52, 201):  # as the spreadsheet counts them
        assert re.search(rf"\b{line}\b", text), line
    assert re.search(r"\b197\b", text)
    office.shot("walk/import-faults")
    assert office.axe() == []
    assert _count(office, mark) == 0, "nothing is stored before somebody says so"
    _send(office, table(tmp_path, rows(mark, wrong=False)))
    assert re.search(r"\b200\b", office.page.content())
    _apply(office)
    address = _finished(office)
    assert _count(office, mark) == 50  # a full page
    office.page.goto(address)
    office.shot("walk/import-stored")
    office.page.click("a[href$='/undo/']")
    office.page.fill("[name=reason]", "Era la lista del ciclo pasado")
    office.shot("walk/import-undo")
    assert office.axe() == []
    press(office)
    office.page.wait_for_url(re.compile("/look/"))
    office.page.locator("[aria-busy]").wait_for(state="detached", timeout=AGAIN_SECONDS * 1000)
    assert _count(office, mark) == 0


def test_the_worker_dies_while_it_stores(luca: Stack, office: Screen, tmp_path: Path) -> None:
    """Its message comes again to the next worker: every row is stored once."""
    mark = _mark()
    _send(office, table(tmp_path, rows(mark, wrong=False)))
    with redelivery.soon_after_a_death(_queues(luca)):
        _apply(office)
        luca.kill("worker")
    luca.restart("worker")
    address = _finished(office)
    office.page.goto(address)
    assert re.search(r"\b200\b", office.page.content())
    found = 0
    office.go(f"/admin/tenants/student/?q={mark}")
    while True:
        found += office.page.locator("#result_list tbody tr").count()
        following = office.page.locator("a[rel=next]")
        if not following.count():
            break
        with office.page.expect_navigation():
            following.click()
    assert found == ROWS


def _queues(luca: Stack) -> "SQSClient":
    keys = luca.home.keys
    return boto3.client(
        "sqs",
        endpoint_url=luca.url("aws"),
        region_name="us-east-1",
        aws_access_key_id=keys["bootstrap_key"],
        aws_secret_access_key=keys["bootstrap_secret"],
    )


def _mark() -> str:
    return "".join(secrets.choice("bcdfglmn") + secrets.choice("aeiou") for _ in range(4))


def _send(office: Screen, file: Path) -> None:
    page = office.go("/admin/tenants/peopleimport/upload/")
    page.select_option("[name=kind]", "students")
    page.set_input_files("[name=file]", file)
    office.shot("walk/import-upload")
    page.locator("form[enctype] button[type=submit]").click()
    page.wait_for_url(re.compile("/look/"))


def _apply(office: Screen) -> None:
    office.page.click("a[href$='/apply/']")
    press(office)
    office.page.wait_for_url(re.compile("/look/"))


def _finished(office: Screen) -> str:
    """Watch until the page itself says that it has ended; its address."""
    address = office.page.url
    office.page.locator("[aria-busy]").wait_for(state="detached", timeout=AGAIN_SECONDS * 1000)
    office.page.goto(address)
    office.page.locator("a[href$='/undo/']").wait_for()
    return address


def _count(office: Screen, mark: str) -> int:
    """How many rows the list of students shows for a name."""
    page = office.go(f"/admin/tenants/student/?q={mark}")
    return page.locator("#result_list tbody tr").count()
