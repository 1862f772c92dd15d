"""regexall(pattern, str): all matches of a regular expression."""

from __future__ import annotations

from collections.abc import Sequence

from vbrprov.functions._regex import compiled, matches, result, result_type
from vbrprov.functions._structure import check_count
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import DYNAMIC, ListT, ListV, Type, Value


def _regexall(pattern: str, value: str) -> Value:
    regex = compiled(pattern, 0)
    element = result_type(regex, 0)
    data = value.encode()
    found = []
    for spans in matches(regex, data):
        found.append(result(regex, data, spans))
        check_count(len(found))
    return ListV(tuple(found), element)


def _type(args: Sequence[Value]) -> Type:
    if isinstance(args[0], str):
        try:
            return ListT(result_type(compiled(args[0], 0), 0))
        except FunctionError:
            pass
    return ListT(DYNAMIC)


FUNCTION = Function(
    name="regexall", group="text",
    doc="Find all matches of a regular expression (RE2 syntax), as a list of what `regex` gives.",
    params=(
        Param("pattern", str, "The regular expression."),
        Param("string", str, "The string to search."),
    ),
    returns=_type, impl=_regexall, example='regexall("[a-z]+", "1234abcd5678efgh9")',
)
