"""What commands read from files."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from grades import rules
from luca.kernel.errors import LucaError


def read_json(name: str, what: str) -> Any:
    """Read a JSON file, or stdin for "-"; decimals stay as they are written."""
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text()
        return rules.read_exactly(text)
    except (OSError, ValueError, RecursionError) as error:
        raise CommandError(f"The {what} cannot be read: {error}") from error


def refused(error: LucaError) -> CommandError:
    """Say what is wrong, field by field."""
    faults = [f"{fault.field}: {fault.message}" for fault in error.errors]
    return CommandError("\n".join([str(error), *faults]))
