"""Arithmetic, comparison and logic on values."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.hiding import why_not
from vbrprov.evaluate.unknowns import first_unknown, has_untyped
from vbrprov.syntax import ast
from vbrprov.values import (
    BOOL,
    NUMBER,
    ConversionError,
    NumberError,
    Type,
    Value,
    convert,
    elements,
    equal,
    mark,
    unknown_from,
    unmark_deep,
)
from vbrprov.values.number import (
    Number,
    add,
    compare,
    divide,
    modulo,
    multiply,
    negate,
    subtract,
)
from vbrprov.values.types import may_equal
from vbrprov.values.value import NO_MARKS, Marks, Null, SetV, Unknown, is_wholly_known, type_of

_ARITHMETIC: dict[str, Callable[[Number, Number], Number]] = {
    "+": add, "-": subtract, "*": multiply, "/": divide, "%": modulo,
}
_SIMPLE: dict[type, dict[str, Callable[[Any, Any], Value]]] = {
    int: {"==": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt,
          "<=": operator.le, ">=": operator.ge, "+": add, "-": subtract, "*": multiply},
    bool: {"==": operator.eq, "!=": operator.ne, "&&": operator.and_, "||": operator.or_},
    str: {"==": operator.eq, "!=": operator.ne},
}
_COMPARISON: dict[str, Callable[[int], bool]] = {
    "<": lambda c: c < 0, ">": lambda c: c > 0, "<=": lambda c: c <= 0, ">=": lambda c: c >= 0,
}


def _operand(value: Value, wanted: Type, node: ast.Expr, side: str, marks: Marks) -> Value:
    if type(value) is Null:
        raise EvalError(
            "Invalid operand", f"Unsuitable value for {side}: the value is null, "
            f"and {'a number' if wanted is NUMBER else 'a bool'} is "
            "required.", node.start, node.end)
    try:
        return convert(value, wanted)
    except ConversionError as error:
        raise EvalError("Invalid operand", f"Unsuitable value for {side}: "
                        f"{why_not(error, value, marks)}.", node.start, node.end) from None


def binary(node: ast.Binary, left: Value, right: Value) -> Value:
    """The value of a binary operation.

    Raises:
        EvalError: The operands do not suit the operator.
    """
    op = node.op
    # Most operations are on two plain values of one type and need none of what follows.
    kind = type(left)
    if kind is type(right) and kind in _SIMPLE:
        quick = _SIMPLE[kind].get(op)
        if quick is not None:
            try:
                return quick(left, right)
            except NumberError as error:
                raise _failed(node, right, error) from None
    left, left_marks = unmark_deep(left)
    right, right_marks = unmark_deep(right)
    marks = left_marks | right_marks if left_marks or right_marks else NO_MARKS
    if op in ("==", "!="):
        return mark(_equality(op, left, right), marks)
    wanted = BOOL if op in ("&&", "||") else NUMBER
    left = _operand(left, wanted, node.left, "left operand", left_marks)
    right = _operand(right, wanted, node.right, "right operand", right_marks)
    result_type = NUMBER if op in _ARITHMETIC else BOOL
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return mark(unknown_from((left, right), result_type, not_null=True), marks)
    if op == "&&":
        return mark(left and right, marks)
    if op == "||":
        return mark(left or right, marks)
    if op in _COMPARISON:
        return mark(_COMPARISON[op](compare(left, right)), marks)
    try:
        return mark(_ARITHMETIC[op](left, right), marks)
    except NumberError as error:
        raise _failed(node, right, error) from None


def _failed(node: ast.Binary, right: Value, error: NumberError) -> EvalError:
    if node.op == "/" and right == 0:
        return EvalError("Division by zero", "Cannot divide by zero.", node.start, node.end)
    return EvalError("Operation failed", str(error), node.start, node.end)


def _equality(op: str, left: Value, right: Value) -> Value:
    result = equal(left, right) if _all_known(left, right) else _equal_yet(left, right)
    if result is None:
        return unknown_from(map(first_unknown, (left, right)), BOOL, not_null=True)
    return result is (op == "==")


def _all_known(left: Value, right: Value) -> bool:
    return is_wholly_known(left) and is_wholly_known(right)


def _equal_yet(left: Value, right: Value) -> bool | None:
    """Whether two values are equal; ``None`` while what is unknown in them decides that."""
    if isinstance(left, Unknown):
        return None if isinstance(right, Unknown) else _equals_unknown(right, left)
    if isinstance(right, Unknown):
        return _equals_unknown(left, right)
    if type(left) is Null or type(right) is Null:
        return type(left) is type(right)
    left_type, right_type = type_of(left), type_of(right)
    if has_untyped(left) or has_untyped(right):
        return None if may_equal(left_type, right_type) else False
    if left_type != right_type:
        return False
    if type(left) is SetV:
        return None
    ours, others = elements(left), elements(right)
    if ours is None or others is None or [k for k, _ in ours] != [k for k, _ in others]:
        return equal(left, right)
    for (_, one), (_, other) in zip(ours, others, strict=True):
        same = equal(one, other) if _all_known(one, other) else _equal_yet(one, other)
        if not same:
            return same
    return True


def _equals_unknown(known: Value, unknown: Unknown) -> bool | None:
    if type(known) is Null:
        return False if unknown.not_null else None
    return None if may_equal(type_of(known), unknown.type) else False


def unary(node: ast.Unary, value: Value) -> Value:
    """The value of ``!x`` or ``-x``.

    Raises:
        EvalError: The operand does not suit the operator.
    """
    value, marks = unmark_deep(value)
    wanted = BOOL if node.op == "!" else NUMBER
    value = _operand(value, wanted, node.operand, "unary operand", marks)
    if isinstance(value, Unknown):
        return mark(unknown_from((value,), wanted, not_null=True), marks)
    return mark(not value if node.op == "!" else negate(value), marks)
