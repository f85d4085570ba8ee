"""The page for integrators says what the code does."""

from pathlib import Path

from luca.aws.integrators import SCOPES

PAGE = Path(__file__).parent.parent / "docs" / "integrators.md"


def test_every_scope_is_explained_to_integrators() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| `")]

    assert rows == [f"| `{name}` | {text} |" for name, text in SCOPES.items()]
