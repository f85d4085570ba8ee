"""What the code itself says that it stores, sends and logs."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
OWNERS = ("tenants", "grades", "behavior", "govsync", "lake", "luca")
METRICS = {"metric", "measure"}
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def modules() -> list[Path]:
    found = (path for owner in OWNERS for path in (ROOT / owner).rglob("*.py"))
    return sorted(path for path in found if "tests" not in path.parts)


@cache
def calls() -> tuple[tuple[str, ast.Call], ...]:
    """Every call of the project's own code, with the module it stands in."""
    return tuple(_calls())


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in modules():
        name = str(path.relative_to(ROOT))
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                yield name, node


def _called(node: ast.Call) -> tuple[str, str]:
    """`logger.info(…)` as ("logger", "info"); `metric(…)` as ("", "metric")."""
    if isinstance(node.func, ast.Attribute):
        owner = node.func.value
        return owner.id if isinstance(owner, ast.Name) else "", node.func.attr
    return "", node.func.id if isinstance(node.func, ast.Name) else ""


def log_calls() -> list[tuple[str, ast.Call]]:
    return [
        (module, node)
        for module, node in calls()
        if _called(node)[0] == "logger" and _called(node)[1] in LEVELS
    ]


def metric_calls() -> list[tuple[str, ast.Call]]:
    return [
        (module, node)
        for module, node in calls()
        if _called(node)[1] in METRICS and module != "luca/telemetry/metrics.py"
    ]


def span_calls() -> list[tuple[str, ast.Call]]:
    """Where spans begin, and where they are told more."""
    return [
        (module, node)
        for module, node in calls()
        if _called(node)[0] in {"spans", "span"}
        and _called(node)[1] in {"span", "arriving", "batch", "told"}
    ]


def alerts() -> list[tuple[str, ast.Call]]:
    return [(module, node) for module, node in calls() if _called(node) == ("alerts", "publish")]


def facts(node: ast.Call) -> set[str]:
    """The names of what an alert tells; what is not spelled there may be anything."""
    told = node.args[2]
    if not isinstance(told, ast.Dict):
        return {ast.unparse(told)}
    return {str(one.value) if isinstance(one, ast.Constant) else "**" for one in told.keys}


def writers_of_files() -> set[str]:
    """The modules that write files of a school."""
    return {module for module, node in calls() if _called(node) == ("storage", "write")}


def writers_of_the_lake() -> set[str]:
    """The modules that put something into the lake's files."""
    acts = {("lake", "write"), ("lake", "set_aside")}
    return {module for module, node in calls() if _called(node) in acts}


def fields(node: ast.Call) -> set[str]:
    return {one.arg for one in node.keywords if one.arg}


def is_hashed(node: ast.expr) -> bool:
    """`hashed(x)`, or a choice between such a call and nothing."""
    if isinstance(node, ast.IfExp):
        return is_hashed(node.body)
    return isinstance(node, ast.Call) and _called(node)[1] == "hashed"
