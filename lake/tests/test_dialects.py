"""The questions are one text for Athena (Trino) and DuckDB: both parse it, and it means the same.

Where the two mean different things by the same words, the words are not used.
"""

from __future__ import annotations

import re

import pytest
import sqlglot
from django.conf import settings
from sqlglot import exp

from lake import services
from lake.definition import datasets

NAMES = sorted(one.name for one in services.questions())
DIALECTS = ("trino", "athena", "duckdb")
# Functions that Trino and DuckDB both have, under one name and with one meaning. `max_by` is not
# among them: DuckDB passes over rows without a value. Neither is `json_extract_scalar`.
SHARED = {
    "avg", "cast", "coalesce", "corr", "count", "date_diff", "date_trunc", "extract", "first_value",
    "lead", "max", "min", "ntile", "nullif", "regexp_extract", "replace", "round", "row_number",
    "split_part", "substr", "sum",
}  # fmt: skip
UNITS = {"DAY", "MILLISECOND"}  # of larger ones Trino counts what has passed, DuckDB the borders


@pytest.fixture(params=NAMES)
def sql(request: pytest.FixtureRequest) -> str:
    request.getfixturevalue("north")
    return services.plan(request.param, {}).draft.sql


def test_both_dialects_read_the_statement_as_the_same(sql: str) -> None:
    """What Trino would have to be told so that it did what DuckDB does is what it is told."""
    trees = {name: sqlglot.parse_one(sql, dialect=name) for name in DIALECTS}
    told = {name: _to_trino(tree) for name, tree in trees.items()}

    assert all(isinstance(one, exp.Select) for one in trees.values())
    assert told["athena"] == told["trino"]
    assert told["duckdb"] == told["trino"]


@pytest.mark.parametrize("name", NAMES)
def test_every_question_is_documented(name: str) -> None:
    text = (settings.BASE_DIR / "docs" / "lake-queries.md").read_text()

    assert f"| `{name}` |" in text


def test_no_parameter_is_left_open(sql: str) -> None:
    tree = sqlglot.parse_one(sql, dialect="trino")

    assert not list(tree.find_all(exp.Placeholder, exp.Parameter))


def test_only_what_both_have_is_used(sql: str) -> None:
    bare = re.sub(r"'[^']*'|--[^\n]*", "", sql)
    called = set(re.findall(r"\b([a-z_]+)\(", bare))

    assert called - SHARED == set()


def test_nothing_is_used_that_both_have_and_mean_differently(sql: str) -> None:
    tree = sqlglot.parse_one(sql, dialect="trino")

    whole = [one for one in tree.find_all(exp.Div) if not _is_of_double(one.left)]
    units = {str(one.args["unit"]) for one in tree.find_all(exp.DateDiff)}
    assert whole == [], "Trino divides whole numbers to whole ones: CAST(… AS DOUBLE) first"
    assert units <= UNITS
    assert not list(tree.find_all(exp.Star, exp.Qualify, exp.ILike)) or _counts_only(tree)


def test_every_statement_reads_one_school_and_named_folders_only(sql: str) -> None:
    """Each table that is no view stands beside a condition on the school and the years."""
    tree = sqlglot.parse_one(sql, dialect="trino")
    known = {one.alias for one in tree.find_all(exp.CTE)}
    tables = [one for one in tree.find_all(exp.Table) if one.name not in known]

    assert {one.name for one in tables} <= set(datasets())
    for table in tables:
        select = table.find_ancestor(exp.Select)
        assert select is not None
        where = select.args["where"].sql(dialect="trino")
        assert "school_id = 'north'" in where
        assert "year = '2026'" in where


def _to_trino(tree: exp.Expr) -> str:
    """Nothing in the lake is finer than a millisecond: to cut its rest off changes nothing."""
    told = tree.sql(dialect="trino", comments=False)
    again = sqlglot.parse_one(told, dialect="trino").transform(
        lambda one: one.this if isinstance(one, exp.TimestampTrunc) and _unit(one) else one
    )
    return str(again.sql(dialect="trino"))


def _unit(one: exp.TimestampTrunc) -> bool:
    return str(one.unit) == "MILLISECOND"


def _is_of_double(side: exp.Expr) -> bool:
    while isinstance(side, exp.Paren | exp.Mul | exp.Div):
        side = side.this
    return isinstance(side, exp.Cast) and side.to.sql(dialect="trino") == "DOUBLE"


def _counts_only(tree: exp.Expr) -> bool:
    return all(isinstance(one.parent, exp.Count) for one in tree.find_all(exp.Star))
