"""regex(pattern, str): the first match of a regular expression."""

from __future__ import annotations

from collections.abc import Sequence

from vbrprov.functions._regex import compiled, matches, result, result_type
from vbrprov.functions._text import text
from vbrprov.sdk import Function, FunctionError, Param
from vbrprov.values import DYNAMIC, Type, Value


def _regex(pattern: str, value: str) -> Value:
    regex = compiled(pattern, 0)
    result_type(regex, 0)
    data = value.encode()
    for spans in matches(regex, data):
        return result(regex, data, spans)
    raise FunctionError(None, "pattern did not match any part of the given string")


def _type(args: Sequence[Value]) -> Type:
    if isinstance(args[0], str):
        try:
            return result_type(compiled(text(args[0]), 0), 0)
        except FunctionError:
            pass
    return DYNAMIC


FUNCTION = Function(
    name="regex", group="text",
    doc="Find the first match of a regular expression (RE2 syntax). The result is the matched "
        "text, a tuple when the pattern has groups, an object when the groups have names.",
    params=(
        Param("pattern", str, "The regular expression."),
        Param("string", str, "The string to search."),
    ),
    returns=_type, impl=_regex, example='regex("[a-z]+", "53453453.345345aaabbbccc23454")',
)
