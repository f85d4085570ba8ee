"""Filling the lake from the table by hand, where nothing of ours reads the stream."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from lake.repository import changes
from luca.kernel import context
from luca.kernel.ids import SchoolId
from tenants import services as tenants
from tenants.domain import School


def told(*words: str) -> str:
    out = StringIO()
    with context.entered():
        call_command("lake", "fill", *words, stdout=out)
    return out.getvalue()


def kept() -> int:
    found = changes.of_grades(changes.Wanted(until="9999"), changes.Read())
    return len(list(found))


def test_a_school_s_table_is_written_into_its_lake_as_often_as_one_likes(school: str) -> None:
    tenants.create_school(School(SchoolId(school), "Colegio Norte"))

    assert told("--school", school, "--dry-run") == f"{school}: all of its table would be read\n"
    assert kept() == 0

    first = told("--school", school)
    assert first.startswith(f"{school}: ")
    assert not first.endswith(": 0 rows\n")
    assert kept() > 0
    assert told("--school", school).startswith(f"{school}: ")


def test_a_school_that_nobody_knows_is_not_filled() -> None:
    with pytest.raises(CommandError, match="no school 'nowhere'"):
        told("--school", "nowhere")
