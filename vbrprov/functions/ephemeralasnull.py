"""ephemeralasnull(value): a value without what must not be kept."""

from __future__ import annotations

from vbrprov.sdk import Function, Param
from vbrprov.values import EPHEMERAL, ListV, MapV, Null, Value, mark, type_of, unmark


def _strip(value: Value) -> Value:
    inner, marks = unmark(value)
    if EPHEMERAL in marks:
        return mark(Null(type_of(inner)), marks - {EPHEMERAL})
    if type(inner) is tuple:
        inner = tuple([_strip(v) for v in inner])
    elif type(inner) is dict:
        inner = {key: _strip(v) for key, v in inner.items()}
    elif type(inner) is ListV:
        inner = ListV(tuple([_strip(v) for v in inner.items]), inner.element)
    elif type(inner) is MapV:
        inner = MapV({key: _strip(v) for key, v in inner.items.items()}, inner.element)
    return mark(inner, marks)


FUNCTION = Function(
    name="ephemeralasnull", group="type",
    doc="Replace everything ephemeral inside a value by null.",
    params=(Param("value", object, "The value.", null=True, unknown="allow", marked=True),),
    returns=object, impl=_strip, example='ephemeralasnull("x")',
)
