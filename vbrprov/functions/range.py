"""range(...): a list of numbers in even steps."""

from __future__ import annotations

from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import NUMBER, ListT, ListV, Value
from vbrprov.values.number import Number, add, compare

#: How many numbers it makes; Terraform has the same limit.
MAX_VALUES = 1024


def _range(*params: Number) -> Value:
    start: Number = 0
    step: Number | None = None
    if len(params) == 1:
        end = params[0]
    elif len(params) == 2:
        start, end = params
    elif len(params) == 3:
        start, end, step = params
    else:
        raise FunctionError(None, "must have one, two, or three arguments")
    down = compare(end, start) < 0
    if step is None:
        step = -1 if down else 1
    if compare(start, end) == 0:
        return ListV((), NUMBER)
    sign = compare(step, 0)
    if sign == 0:
        raise FunctionError(2, "step must not be zero")
    if down and sign > 0:
        raise FunctionError(1, "end must be greater than start when step is positive")
    if not down and sign < 0:
        raise FunctionError(1, "end must be less than start when step is negative")
    out: list[Value] = []
    while (compare(start, end) > 0) if down else (compare(start, end) < 0):
        if len(out) == MAX_VALUES:
            raise FunctionError(
                None, f"more than {MAX_VALUES} values were generated; either decrease the "
                "difference between start and end or use a smaller step")
        out.append(start)
        start = add(start, step)
    return ListV(tuple(out), NUMBER)


FUNCTION = Function(
    name="range", group="collection",
    doc="Make a list of numbers: `range(end)`, `range(start, end)` or `range(start, end, step)`. "
        "The end is not part of it; the start is 0 and the step 1 or -1 where not given.",
    params=(), variadic=Param("params", float, "End; start and end; or start, end and step."),
    returns=ListT(NUMBER), impl=_range, example="range(1, 8, 2)",
)
