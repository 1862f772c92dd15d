"""formatlist(spec, values...): format for each element of lists."""

from __future__ import annotations

from vbrprov.functions._format import render
from vbrprov.functions._structure import check_count, has_unknown, pending, sequence
from vbrprov.functions._text import check_size
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import STRING, ListT, ListV, SetV, Value


def _formatlist(pattern: str, *args: Value) -> Value:
    columns = [sequence(arg) for arg in args]
    length: int | None = None
    first = 0
    for index, column in enumerate(columns):
        if column is None:
            continue
        if type(args[index]) is SetV and has_unknown(column):
            return pending(column, ListT(STRING))
        if length is None:
            length, first = len(column), index
        elif length != len(column):
            raise FunctionError(
                index + 1, f"argument {index + 1} has length {len(column)}, which is inconsistent "
                f"with argument {first + 1} of length {length}")
    if length is None:
        return ListV((render(pattern, args),), STRING)
    check_count(length)
    out: list[Value] = []
    size = 0
    for row in range(length):
        values = [arg if column is None else column[row]
                  for arg, column in zip(args, columns, strict=True)]
        if has_unknown(values):
            out.append(pending(values, STRING))
            continue
        try:
            line = render(pattern, values)
        except FunctionError as error:
            raise FunctionError(None, f"error on format iteration {row}: {error}") from None
        size += len(line)
        check_size(size)
        out.append(line)
    return ListV(tuple(out), STRING)


FUNCTION = Function(
    name="formatlist", group="text",
    doc="As `format`, for each element of the lists given; other arguments are used each time.",
    params=(Param("format", str, "The format string."),),
    variadic=Param("args", object, "Lists of one length, or single values.", null=True,
                   unknown="shallow"),
    returns=ListT(STRING), impl=_formatlist, example='formatlist("%s!", ["a", "b"])',
)
