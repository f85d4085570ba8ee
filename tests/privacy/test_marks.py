"""The search for leaks finds them: or finding none would prove nothing."""

import base64
import json
from urllib.parse import quote

import pytest

from tests.privacy.marks import CURP, MAIL, MARKS, NAME, folded, leaks


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize(
    "hide",
    [
        str,
        str.upper,
        folded,
        quote,
        json.dumps,
        lambda x: json.dumps(json.dumps(x)),
        lambda x: x.encode().decode("latin-1"),
        lambda x: repr(x.encode()),
        lambda x: base64.b64encode(f"a{x} and more".encode()).decode(),
        lambda x: base64.b64encode(f'["{x}", {{}}]'.encode()).decode(),
        lambda x: base64.urlsafe_b64encode(f"abc{x}def".encode()).decode(),
    ],
)
def test_a_planted_leak_is_found(mark: str, hide: object) -> None:
    assert callable(hide)
    assert mark in leaks(f'{{"event": "request", "x": "{hide(mark)}", "n": 1}}')


@pytest.mark.parametrize("text", ["", '{"event": "request"}', base64.b64encode(b"0" * 99).decode()])
def test_nothing_is_found_where_nothing_is(text: str) -> None:
    assert leaks(text) == set()


def test_several_marks_are_found_at_once() -> None:
    assert leaks(f"{NAME} {CURP}") == {NAME, CURP}
    assert MAIL in leaks(MAIL)
