"""From the files of `lake/queries` to one statement that Athena and DuckDB both run.

A file begins with its header, lines of `-- word: …`:

    -- title: English | Spanish
    -- about: English | Spanish
    -- param: name kind [=default] [least..most]: English | Spanish
    -- column: name kind: English | Spanish
    -- chart: kind x y [by]
    -- reads: data set, how far        (of views)

The rest is one SELECT. It reads views; `:name` stands for a parameter, and in a view `:folders`
for the folders that its rows lie in. The statement begins with those views that it needs, so
that the school and the range stand in it where the engine can leave all other folders out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lake.domain import Heading, Parameter, Question, Reach, Typed, View, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HEADER = re.compile(r"-- (title|about|param|column|chart|reads): (.+)")
PARAM = re.compile(r"(\w+) (\w+)(?: =(\S+))?(?: (\d+)\.\.(\d+))?: (.+)")
COLUMN = re.compile(r"(\w+) (\w+): (.+)")
# Texts and comments are passed over; what is left of `:name` is a parameter.
TOKEN = re.compile(r"'(?:[^']|'')*'|--[^\n]*|:([a-z_]+)")
READ = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_]+)")


class Unreadable(Exception):
    """A file of `lake/queries` that is none: a mistake of ours, never of who asks."""


def question(name: str, text: str) -> Question:
    """A named question from its file."""
    said, sql = _split(name, text)
    return Question(
        name=name,
        title=_words(name, _only(name, said, "title")),
        about=_words(name, _only(name, said, "about")),
        parameters=tuple(_parameter(name, one) for one in said.get("param", [])),
        headings=tuple(_heading(name, one) for one in said.get("column", [])),
        chart=tuple(" ".join(said.get("chart", [])).split()),
        sql=sql,
    )


def view(name: str, text: str) -> View:
    """A view from its file."""
    said, sql = _split(name, text)
    if "reads" not in said:
        return View(name, "", Reach.DURING, sql)
    dataset, reach = _only(name, said, "reads").split()
    return View(name, dataset, Reach(reach), sql)


def needed(sql: str, views: Mapping[str, View]) -> list[View]:
    """The views that a statement reads, each behind those that it reads itself."""
    found: dict[str, View] = {}
    for name in READ.findall(_bare(sql)):
        if name in views and name not in found:
            found |= {one.name: one for one in needed(views[name].sql, views)}
            found[name] = views[name]
    return list(found.values())


def composed(sql: str, views: Iterable[tuple[View, str]], values: Mapping[str, str]) -> str:
    """One statement: the views, each with the condition on its folders, and what is asked."""
    parts = [
        f"{one.name} AS (\n{filled(one.sql, {**values, 'folders': f'({folders})'})}\n)"
        for one, folders in views
    ]
    body = filled(sql, values)
    own = re.match(r"WITH\s+", body)
    together = ",\n".join(parts)
    return f"WITH {together}\n{body}" if own is None else f"WITH {together},\n{body[own.end() :]}"


def filled(sql: str, values: Mapping[str, str]) -> str:
    """The statement with its parameters; one that nobody gave is a mistake of ours."""

    def put(found: re.Match[str]) -> str:
        return found[0] if found[1] is None else values[found[1]]

    return TOKEN.sub(put, sql)


def _bare(sql: str) -> str:
    """The statement without texts and comments."""
    return TOKEN.sub(lambda found: found[0] if found[1] else "", sql)


def _split(name: str, text: str) -> tuple[dict[str, list[str]], str]:
    said: dict[str, list[str]] = {}
    lines = text.splitlines()
    for number, line in enumerate(lines):
        found = HEADER.fullmatch(line)
        if found is None:
            return said, "\n".join(lines[number:]).strip()
        said.setdefault(found[1], []).append(found[2])
    raise Unreadable(f"{name} has no statement.")


def _only(name: str, said: Mapping[str, list[str]], word: str) -> str:
    if len(said.get(word, [])) != 1:
        raise Unreadable(f"{name} needs one line `-- {word}: …`.")
    return said[word][0]


def _words(name: str, text: str) -> Words:
    parts = text.split(" | ")
    if len(parts) != len(Words._fields):
        raise Unreadable(f"{name}: {text!r} is not English | Spanish.")
    return Words(*parts)


def _parameter(name: str, line: str) -> Parameter:
    found = PARAM.fullmatch(line)
    if found is None:
        raise Unreadable(f"{name}: {line!r} is no parameter.")
    least, most = (None if one is None else int(one) for one in found.group(4, 5))
    words = _words(name, found[6])
    return Parameter(found[1], Typed(found[2]), words, found[3] or "", least, most)


def _heading(name: str, line: str) -> Heading:
    found = COLUMN.fullmatch(line)
    if found is None:
        raise Unreadable(f"{name}: {line!r} is no column.")
    return Heading(found[1], Typed(found[2]), _words(name, found[3]))
