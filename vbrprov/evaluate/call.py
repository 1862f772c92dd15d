"""Function calls."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from vbrprov.diag import did_you_mean
from vbrprov.evaluate.errors import EvalError, UnknownNameError
from vbrprov.evaluate.hiding import without_secrets
from vbrprov.evaluate.scope import Scope
from vbrprov.evaluate.unknowns import first_unknown
from vbrprov.functions import find, names
from vbrprov.sdk.function import Function, FunctionError, Param
from vbrprov.syntax import ast
from vbrprov.values import (
    DYNAMIC,
    ConversionError,
    ListT,
    Null,
    NumberError,
    SetT,
    TupleT,
    Type,
    Unknown,
    Value,
    convert,
    is_wholly_known,
    mark,
    unknown_from,
    unmark,
    unmark_deep,
)
from vbrprov.values.value import Mark, bare

Evaluate = Callable[[ast.Expr, Scope], Value]


def call_function(node: ast.Call, scope: Scope, evaluate: Evaluate) -> Value:
    """The value of a call.

    Raises:
        EvalError: No such function, wrong arguments, or the function refuses them.
    """
    function = find(node.name)
    if function is None:
        bare_name = node.name.removeprefix("core::")
        hint = did_you_mean(bare_name, names())
        raise EvalError("Call to unknown function",
                        f'There is no function named "{node.name}". {hint}'.strip(),
                        node.start, node.name_end)
    if function.lazy:
        return _lazy(function, node, scope, evaluate)
    _check_references(function, node)
    args: list[Value] = [evaluate(a, scope) for a in node.args]
    nodes: list[ast.Expr] = list(node.args)
    if node.expand:
        last, _ = unmark(args[-1])
        items = _expanded(args[-1], node)
        if items is None:
            # The result's type may depend on arguments that are not there yet.
            fixed = isinstance(function.returns, (Type, type))
            returns = function.result_type(args[:-1]) if fixed else DYNAMIC
            return mark(unknown_from((last,), returns), unmark(args[-1])[1])
        args = [*args[:-1], *items]
        nodes = [*nodes[:-1], *([node.args[-1]] * len(items))]
    return apply(function, args, scope, node, nodes)


def _expanded(value: Value, node: ast.Call) -> list[Value] | None:
    """The arguments that the last one (before ``...``) stands for; ``None``: not known yet."""
    last, marks = unmark(value)
    if isinstance(last, Unknown) and (
            last.type is DYNAMIC or isinstance(last.type, (ListT, SetT, TupleT))):
        return None
    items = last if type(last) is tuple else getattr(last, "items", None)
    if not isinstance(items, tuple):
        raise EvalError("Invalid expanding argument value", "The expanding argument (indicated "
                        "by ...) must be of a tuple, list, or set type.",
                        node.args[-1].start, node.args[-1].end)
    return [mark(item, marks) for item in items]


def _check_references(function: Function, node: ast.Call) -> None:
    for param, arg in zip(function.params, node.args, strict=False):
        target: ast.Expr = arg
        while type(target) is ast.Access:
            target = target.target
        if param.reference and type(target) is not ast.Ref:
            raise _argument(function, param, arg, "it must be a direct reference to a single value "
                            "from elsewhere; a literal or a computed string cannot stand here")


def _lazy(function: Function, node: ast.Call, scope: Scope, evaluate: Evaluate) -> Value:
    def thunk(arg: ast.Expr) -> Callable[[], Value]:
        def run() -> Value:
            try:
                return evaluate(arg, scope)
            except UnknownNameError:
                raise
            except EvalError as error:
                raise ValueError(error.detail) from error
        return run

    runs = [thunk(a) for a in node.args]
    if node.expand:
        value = evaluate(node.args[-1], scope)
        items = _expanded(value, node)
        if items is None:
            return mark(unknown_from((unmark(value)[0],), DYNAMIC), unmark(value)[1])
        runs = [*runs[:-1], *(partial(_same, item) for item in items)]
    try:
        return function.impl(*runs)
    except FunctionError as error:
        raise _refused(function, error, node, list(node.args)) from None
    except ValueError as error:
        raise EvalError("Error in function call", f'Call to function "{function.name}" failed: '
                        f"{error}.", node.start, node.end) from None


def _same(value: Value) -> Value:
    return value


def _param(function: Function, index: int) -> Param | None:
    if index < len(function.params):
        return function.params[index]
    return function.variadic


def _check_count(function: Function, args: list[Value], node: ast.Call) -> None:
    wanted = len(function.params)
    if len(args) < wanted:
        missing = function.params[len(args)]
        raise EvalError(
            "Not enough function arguments", f'Function "{function.name}" expects '
            f'{wanted}{" or more" if function.variadic else ""} argument(s). Missing value for '
            f'"{missing.name}".', node.start, node.end)
    if len(args) > wanted and function.variadic is None:
        extra = node.args[min(wanted, len(node.args) - 1)]
        raise EvalError("Too many function arguments", f'Function "{function.name}" expects only '
                        f"{wanted} argument(s).", extra.start, extra.end)


def apply(function: Function, args: list[Value], scope: Scope, node: ast.Call,
          nodes: list[ast.Expr]) -> Value:
    """Call *function* with evaluated arguments, as its parameters say.

    Raises:
        EvalError: Wrong arguments, or the function refuses them.
    """
    _check_count(function, args, node)
    marks: frozenset[Mark] = frozenset()
    ready: list[Value] = []
    unknown: list[Value] = []
    # Behind something of which not even the type is known nothing is known to be null, as in
    # Terraform: the call gets to be judged when it can be made.
    untyped = spared = False
    for index, arg in enumerate(args):
        param = _param(function, index)
        assert param is not None
        if param.marked:
            value = arg
        else:
            value, found = unmark_deep(arg)
            if found:
                marks |= found
        inner = bare(value)
        if type(inner) is Null and not param.null and untyped:
            spared = True
        elif type(inner) is Null and not param.null:
            raise _argument(function, param, nodes[index], "argument must not be null")
        try:
            value = convert(value, param.value_type)
        except ConversionError as error:
            raise _argument(function, param, nodes[index],
                            without_secrets(str(error), (arg,))) from None
        if param.type is int and not _fits_int(bare(value)):
            raise _argument(function, param, nodes[index], "a whole number is required, between "
                            "-9223372036854775808 and 9223372036854775807")
        if param.unknown == "deep":
            if not is_wholly_known(value):
                unknown.append(value)
        elif param.unknown == "shallow" and isinstance(inner, Unknown):
            unknown.append(value)
        untyped |= (param.unknown != "allow" and isinstance(inner, Unknown)
                    and inner.type is DYNAMIC)
        ready.append(value)
    if unknown:
        returns = DYNAMIC if spared else function.result_type(ready)
        return mark(unknown_from(map(first_unknown, unknown), returns,
                                 not_null=function.never_null), marks)
    if not function.pure and not scope.context.applying:
        return mark(Unknown(function.result_type(ready), not_null=True), marks)
    try:
        if function.needs_context:
            result = function.impl(scope.context, *ready)
        else:
            result = function.impl(*ready)
    except FunctionError as error:
        shown = FunctionError(error.argument, without_secrets(error.message, args))
        raise _refused(function, shown, node, nodes) from None
    except (ConversionError, NumberError) as error:
        raise EvalError("Error in function call", f'Call to function "{function.name}" failed: '
                        f"{without_secrets(str(error), args)}.", node.start, node.end) from None
    return mark(result, marks) if marks else result


def _fits_int(value: Value) -> bool:
    """Whether a value is a whole number of 64 bits, or may become one."""
    if type(value) is int:
        return -(1 << 63) <= value < 1 << 63
    return type(value) is Null or isinstance(value, Unknown)


def _argument(function: Function, param: Param, node: ast.Expr, why: str) -> EvalError:
    return EvalError("Invalid function argument", f'Invalid value for "{param.name}" parameter of '
                     f'function "{function.name}": {why}.', node.start, node.end)


def _refused(function: Function, error: FunctionError, node: ast.Call,
             nodes: list[ast.Expr]) -> EvalError:
    if error.argument is not None and error.argument < len(nodes):
        param = _param(function, error.argument)
        if param is not None:
            return _argument(function, param, nodes[error.argument], error.message.rstrip("."))
    return EvalError("Error in function call", f'Call to function "{function.name}" failed: '
                     f"{error.message.rstrip('.')}.", node.start, node.end)
