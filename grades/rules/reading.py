"""JSON as people write it, with every number as it is written."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any

LONGEST = 18  # characters of a number that is read as one; `exact` takes far fewer digits


def read_exactly(text: str | bytes) -> Any:
    """Read JSON without one float; ValueError for what is no JSON.

    A number that no school writes stays a text, so that whoever reads the field can
    refuse it by its name.

    >>> read_exactly('{"exam": 0.70}')
    {'exam': Decimal('0.70')}
    """
    return json.loads(text, parse_float=_decimal, parse_int=_whole, parse_constant=str)


def _decimal(text: str) -> Decimal | str:
    try:
        return Decimal(text) if len(text) <= LONGEST else text
    except InvalidOperation:
        return text


def _whole(text: str) -> int | str:
    return int(text) if len(text) <= LONGEST else text
