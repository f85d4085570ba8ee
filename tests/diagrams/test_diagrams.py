"""Every diagram in the documentation, before Mermaid's own parser."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests import npm

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md")])
BLOCK = re.compile(r"^```mermaid\n(.*?)^```", re.DOTALL | re.MULTILINE)
C4 = (ROOT / "docs/c4.md").read_text(encoding="utf-8")


def wrong(diagrams: dict[str, str]) -> dict[str, str]:
    """What Mermaid finds wrong, by name; nothing when all is well."""
    try:
        build = npm.installed(HERE, "diagrams")
    except npm.Missing as missing:
        pytest.skip(f"Mermaid cannot judge: {missing}")
    found = subprocess.run(
        ["node", "parse.mjs"],  # noqa: S607 -- wherever the machine has it
        cwd=build,
        input=json.dumps(diagrams),
        capture_output=True,
        text=True,
        check=True,
    )
    said: dict[str, str] = json.loads(found.stdout)
    return said


def test_every_diagram_can_be_drawn() -> None:
    diagrams = {
        f"{page.relative_to(ROOT)} #{number}": text
        for page in PAGES
        for number, text in enumerate(BLOCK.findall(page.read_text(encoding="utf-8")), 1)
    }
    assert len(diagrams) >= 8
    assert wrong(diagrams) == {}


def test_a_diagram_that_cannot_be_drawn_is_found() -> None:
    found = wrong({"good": "flowchart LR\n a --> b", "bad": "flowchart LR\n a -->"})
    assert set(found) == {"bad"}


def test_the_three_levels_of_c4_are_there() -> None:
    assert re.findall(r"^C4[A-Z]\w+", C4, re.MULTILINE) == [
        "C4Context",
        "C4Container",
        "C4Component",
        "C4Deployment",
    ]


NAMED = re.compile(r"^ *(?:Person|System|Container|Component)\w*\((\w+),", re.MULTILINE)
RELATED = re.compile(r"^ *(?:Bi)?Rel\w*\((\w+), *(\w+),", re.MULTILINE)


@pytest.mark.parametrize("diagram", BLOCK.findall(C4))
def test_every_arrow_is_between_things_that_are_drawn(diagram: str) -> None:
    """Mermaid parses an arrow to nowhere, and then draws nothing at all."""
    ends = {end for arrow in RELATED.findall(diagram) for end in arrow}
    assert ends - set(NAMED.findall(diagram)) == set()
