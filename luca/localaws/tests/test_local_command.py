"""What `make up` says when all runs; that it runs is test_stack's to see."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from luca.localaws.stack import Stack


def test_it_says_where_the_school_admin_is_and_who_may_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Stack, "up", lambda _self, _say: None)
    monkeypatch.setattr(Stack, "ports", {"api": 8123})
    monkeypatch.chdir(tmp_path)
    said = StringIO()
    call_command("local", "--home", tmp_path / "var", "up", stdout=said)
    lines = said.getvalue().splitlines()
    assert "The school admin: http://127.0.0.1:8123/admin/" in lines
    assert any("LUCA_HOME=var .venv/bin/python manage.py load_year" in one for one in lines)
