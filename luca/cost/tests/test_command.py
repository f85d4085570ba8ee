"""`manage.py cost` as people call it, and as its document says."""

import json
import re
import shlex
import subprocess
import sys
from dataclasses import fields
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from luca.cost.workload import Workload, option

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "docs" / "cost.md"
SHOWN = re.compile(r"```\n\$ manage\.py cost (.*)\n((?:(?!```).*\n)+)```")


def cost(*words: str) -> str:
    out = StringIO()
    call_command("cost", *words, stdout=out)
    return out.getvalue()


def test_it_says_inputs_lines_and_total() -> None:
    said = cost("--schools", "3", "--students", "1200", "--events", "900000")

    assert said.startswith("A month in us-east-1 at prices of 2026-11, in US dollars. Schools: 3,")
    assert re.search(r"^DynamoDB +\d+\.\d\d$", said, re.MULTILINE)
    assert re.search(r"^Total +[\d,]+\.\d\d$", said, re.MULTILINE)
    assert "to be checked against the AWS price list" in said


def test_it_speaks_spanish() -> None:
    said = cost("--language", "es-mx", "--design")

    assert "Escuelas: 1, estudiantes: 500, eventos: 1,000,000." in said
    assert "Balanceadores" in said
    assert "hay que compararlos" in said
    assert "el diseño 45.00" in said
    assert not re.search(r"\b(the|of|writes|design)\b", said)


def test_programs_read_the_same_numbers() -> None:
    words = ("--schools", "3", "--students", "1200", "--events", "900000", "--design")
    found = json.loads(cost(*words, "--json"))

    assert f"{float(found['total_usd']):,.2f}" in cost(*words)
    assert found["inputs"]["students"] == "1200"
    assert found["region"] == "us-east-1"
    assert [one["design_usd"] for one in found["design"]] == ["45", "800", "13.77"]
    assert {line["service"] for line in found["lines"]} <= set(found["services"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--students", "-5"], "--students must be a number, 0 or more, not '-5'"),
        (["--events", "many"], "--events must be a number, 0 or more, not 'many'"),
        (["--schools", "1.5"], "--schools must be a whole number"),
        (["--events", "nan"], "--events must be a number"),
        (["--runtime", "lambda"], "--runtime must be ecs or apprunner"),
        (["--students", "1e30"], "No month has that much"),
        (["--events", "1e400"], "No month has that much"),
        (["--event-bytes", "1e999999999"], "No month has that much"),
        (["--region", "mx-central-1"], "has no prices of mx-central-1; it has us-east-1"),
        (["--prices", "nowhere.json"], "nowhere.json cannot be read"),
        (["--prices", "pyproject.toml"], "pyproject.toml is no list of prices"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(
    words: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(CommandError) as refused:
        cost(*words)

    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("words", [["--scholz", "3"], ["--students", "-5"]])
def test_in_a_shell_too_it_is_one_line_and_a_failure(words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "cost", *words],
        cwd=ROOT,
        env={"LUCA_SECRET_KEY": "k", "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1, done.stderr


def test_the_document_names_every_input_with_its_default() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `--([a-z-]+)` \| ([^ |]+) \|", text, re.MULTILINE))

    assert rows == {option(one.name): str(one.default) for one in fields(Workload)}


def test_the_document_shows_what_the_command_says() -> None:
    shown = SHOWN.findall(DOCUMENT.read_text(encoding="utf-8"))

    assert len(shown) >= 2
    for words, said in shown:
        assert cost(*shlex.split(words)).rstrip("\n") == said.rstrip("\n"), words
