"""The page that schools read says what the tests ask."""

from tests.permissions import page
from tests.permissions.rows import TABLE


def test_the_page_is_up_to_date() -> None:
    written = page.PAGE.read_text(encoding="utf-8")

    assert written == page.page(), f"run `{page.COMMAND}`"


def test_every_row_is_in_both_languages() -> None:
    text = page.page()
    for row in TABLE:
        assert text.count(f"| {row.es} |") >= 1, row
        assert text.count(f"| {row.en} |") >= 1, row
    assert len({row.es for row in TABLE}) == len({row.en for row in TABLE}) == len(TABLE)
