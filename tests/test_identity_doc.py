"""docs/identity.md is what happens: its path is pasted into a shell, its calls are the API's."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.urls import resolve

from luca.localaws.stack import Stack

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "identity.md").read_text(encoding="utf-8")
CALLS = re.findall(r"`(GET|POST|DELETE) (/(?:auth|me)[a-z/-]*)`", PAGE)


def test_every_call_of_the_page_is_the_apis() -> None:
    assert len(CALLS) >= 11
    for method, path in CALLS:
        view: Any = resolve(path).func
        assert hasattr(view.view_class, method.lower()), (method, path)


@pytest.mark.slow
def test_the_new_users_path_works_when_it_is_pasted(tmp_path: Path) -> None:
    (script,) = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
    stack = Stack(tmp_path / "home", ports=0)
    stack.up()
    try:
        place = {"LUCA_HOME": str(tmp_path / "home"), "api": stack.url("api")}
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        told = subprocess.run(
            ["/bin/bash", "-u", "-c", script],
            cwd=ROOT,
            env={**kept, **place},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    finally:
        stack.down()
    for line in (
        "the school asks for: totp_setup",
        '{"person":"teresa","school":"norte","groups":["teacher"]}',
        "signed in as: teresa",
        "the other school gets: 404",
        "renewing says: sign_in",
        "with the new password the pool asks for: totp",
    ):
        assert line in told.stdout.splitlines(), told.stdout + told.stderr
    assert '"family_name":"Núñez Peña"' in told.stdout
    assert '{"items":[],"next_cursor":null}' in told.stdout.splitlines()
    assert not told.stderr, told.stderr
