"""CloudWatch's metric math, as far as deploy/alarms.json uses it, for one period at a time.

A metric without data in the period is None. Arithmetic with it is None, as in CloudWatch, where
the point is missing; FILL puts a number there.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

Value = float | None
OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
}


class NotUnderstood(ValueError):
    """The expression uses what nobody has taught this reader."""


def evaluate(expression: str, metrics: Mapping[str, Value]) -> Value:
    found = _value(ast.parse(expression, mode="eval").body, metrics)
    return None if found is None else float(found)


def _value(node: ast.expr, metrics: Mapping[str, Value]) -> Any:
    match node:
        case ast.Constant(value=int() | float()):
            return node.value
        case ast.Name():
            return metrics[node.id]
        case ast.List():
            return [_value(one, metrics) for one in node.elts]
        case ast.BinOp():
            return _both(node.op, _value(node.left, metrics), _value(node.right, metrics))
        case ast.Compare(ops=[test], comparators=[other]):
            return _both(test, _value(node.left, metrics), _value(other, metrics))
        case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS:
            return FUNCTIONS[name](*(_value(one, metrics) for one in node.args))
    raise NotUnderstood(ast.unparse(node))


def _both(act: ast.AST, left: Value, right: Value) -> Any:
    if left is None or right is None:
        return None
    if isinstance(act, ast.Div):
        return left / right if right else None  # CloudWatch has no point there
    if type(act) not in OPERATORS:
        raise NotUnderstood(type(act).__name__)
    return OPERATORS[type(act)](left, right)


def _known(values: list[Value]) -> list[float]:
    return [value for value in values if value is not None]


def _if(test: Any, then: Value, otherwise: Value = None) -> Value:
    return then if test else otherwise


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "FILL": lambda value, otherwise: otherwise if value is None else value,
    "IF": _if,
    "MAX": lambda values: max(_known(values), default=None),
    "MIN": lambda values: min(_known(values), default=None),
    "SUM": lambda values: sum(_known(values)) if _known(values) else None,
}
