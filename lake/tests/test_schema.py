"""A change of the lake's schema is additive, or it is refused."""

from collections.abc import Callable
from copy import deepcopy

import pytest

from lake.definition import datasets
from lake.management.acts import schema as act
from lake.rules import schema

NOW = schema.shape(datasets())


def changed(change: Callable[[schema.Shape], object]) -> schema.Shape:
    after = deepcopy(NOW)
    change(after)
    return after


def test_the_same_definition_breaks_nothing() -> None:
    assert schema.breaks(NOW, deepcopy(NOW)) == []


def test_a_column_may_be_added_by_a_later_version() -> None:
    after = changed(lambda told: told["events"].update(device=["string", "Image.device.S", "2"]))

    assert schema.breaks(NOW, after) == []
    assert schema.version(after) == schema.version(NOW) + 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda told: told.pop("grades"), "The data set grades is gone."),
        (lambda told: told["events"].pop("digest"), "The column events.digest is gone."),
        (
            lambda told: told["events"].update(quantity=["string", "Image.quantity.N", "1"]),
            (
                "The column events.quantity was bigint from Image.quantity.N since 1 "
                "and is string from Image.quantity.N since 1."
            ),
        ),
        (
            lambda told: told["events"].update(type=["string", "Image.kind.S", "1"]),
            (
                "The column events.type was string from Image.type.S since 1 "
                "and is string from Image.kind.S since 1."
            ),
        ),
        (
            lambda told: told["events"].update(device=["string", "Image.device.S", "1"]),
            "The column events.device is new and says since 1; say a later version.",
        ),
    ],
)
def test_whatever_takes_or_changes_a_column_is_named(
    change: Callable[[schema.Shape], object], said: str
) -> None:
    assert schema.breaks(NOW, changed(change)) == [said]


def test_an_older_program_is_refused_by_what_a_newer_one_wrote() -> None:
    newer = changed(lambda told: told["grades"].update(weight=["string", "Image.weight.N", "2"]))

    assert schema.breaks(newer, NOW) == ["The column grades.weight is gone."]


def test_the_page_has_the_columns_as_they_are() -> None:
    page = act.PAGE.read_text()

    assert page == act.written(page)
    assert act.written(page.replace("| `digest` |", "| `hash` |")) == page
    assert all(f"| `{name}` |" in page for name in NOW["events"])
