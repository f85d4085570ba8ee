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
    "lag", "lead", "max", "min", "ntile", "nullif", "regexp_extract", "replace", "round",
    "row_number", "split_part", "substr", "sum",
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


def test_only_what_both_have_and_mean_alike_is_used(sql: str) -> None:
    assert misleading(sql) == []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT max_by(a, b) FROM t",
        "SELECT json_extract_scalar(a, '$.b') FROM t",
        "SELECT count(*) / 2 FROM t",
        "SELECT sum(a) / count(*) FROM t",
        "SELECT CAST(sum(a) AS BIGINT) / count(*) FROM t",
        "SELECT date_diff('week', a, b) FROM t",
        "SELECT * FROM t",
        "SELECT a FROM t WHERE b ILIKE 'c'",
        "SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) = 1",
    ],
)
def test_what_misleads_is_seen(sql: str) -> None:
    assert misleading(sql)


def misleading(sql: str) -> list[str]:
    """What only one of the two has, or that both have and mean differently."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    called = set(re.findall(r"\b([a-z_]+)\(", re.sub(r"'[^']*'|--[^\n]*", "", sql)))
    units = {str(one.args["unit"]).upper() for one in tree.find_all(exp.DateDiff)}
    stars = [one for one in tree.find_all(exp.Star) if not isinstance(one.parent, exp.Count)]
    return [
        *(f"the function {name}" for name in called - SHARED),
        *(f"date_diff of {unit}" for unit in units - UNITS),
        *("a division of whole numbers" for one in tree.find_all(exp.Div) if not _of_double(one)),
        *("columns without names" for _ in stars),
        *(str(type(one)) for one in tree.find_all(exp.Qualify, exp.ILike)),
    ]


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


def _of_double(division: exp.Div) -> bool:
    """Its first number is a cast to DOUBLE, perhaps times something."""
    side = division.left
    while isinstance(side, exp.Paren | exp.Mul | exp.Div):
        side = side.this
    return isinstance(side, exp.Cast) and side.to.sql(dialect="trino") == "DOUBLE"
