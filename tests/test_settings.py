"""What an operator mistypes is refused when the process starts, by the variable's name."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from luca import settings


@pytest.mark.parametrize("given", ["0", "-1", "two", "", "nan", "inf"])
def test_what_is_no_number_above_zero_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("LUCA_NIGHT_TICK", given)

    with pytest.raises(ImproperlyConfigured, match="LUCA_NIGHT_TICK must be a number above 0"):
        settings.number("LUCA_NIGHT_TICK", "15")
