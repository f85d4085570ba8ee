import subprocess
import sys

import pytest

from luca.localaws import authenticator

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # of RFC 6238's own table


@pytest.mark.parametrize(
    ("at", "digits"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_the_rfc(
    at: int, digits: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("luca.localaws.authenticator.time.time", lambda: at)
    assert authenticator.code(SECRET) == digits
    assert authenticator.code(SECRET, steps=1) != digits


def test_a_command_prints_it() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "luca.localaws.authenticator", SECRET],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() in {authenticator.code(SECRET, steps=step) for step in (-1, 0)}
