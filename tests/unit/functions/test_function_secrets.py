"""No error text tells a sensitive value."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vbrprov.evaluate import EvalError
from vbrprov.functions import find, names
from vbrprov.sdk import Function
from vbrprov.values import SENSITIVE, MapV, Value, mark
from vbrprov.values.types import STRING

SECRET = 'Qx7}hush-Hidden%{ "zz'
PIECES = ("Qx7", "hush", "Hidden", "zz")
HUSH = mark(SECRET, (SENSITIVE,))


def refused(run: Callable[..., Value], expression: str, **given: Value) -> str:
    with pytest.raises(EvalError) as caught:
        run(expression, **given)
    return caught.value.detail


@pytest.mark.parametrize("name", sorted(set(names()) - {"nonsensitive"}))
def test_no_function_quotes_a_sensitive_argument(name: str, run: Callable[..., Value]) -> None:
    function = find(name)
    assert isinstance(function, Function)
    count = max(1, len(function.params)) + (1 if function.variadic else 0)
    for at in range(count):
        args = ", ".join("s" if i == at else '"x"' for i in range(count))
        for call in (f"{name}({args})", f"{name}([s], s)", f"{name}(s)"):
            try:
                run(call, s=HUSH)
            except EvalError as error:
                text = f"{error.summary} {error.detail}"
                assert not [p for p in PIECES if p in text], text


@pytest.mark.parametrize(("expression", "detail"), [
    ("parseint(s, 10)", 'Invalid value for "number" parameter of function "parseint": cannot parse '
     "(sensitive value) as a base 10 integer."),
    ("tonumber(s)", 'Invalid value for "v" parameter of function "tonumber": cannot convert this '
     "sensitive string to number."),
    ("file(s)", "no file exists at (sensitive value)"),
    ("s + 1", "Unsuitable value for left operand: a number is required."),
    ('{ a = 1 }[s]', "The given key does not identify an element in this collection value."),
    ("[1][s]", "The given key does not identify an element in this collection value."),
    ("{ for x in [s, s] : x => 1 }", "Two different items produced the same key"),
])
def test_what_is_said_instead(expression: str, detail: str, run: Callable[..., Value]) -> None:
    text = refused(run, expression, s=HUSH)
    assert detail in text
    assert not [p for p in PIECES if p in text]


def test_keys_of_a_sensitive_map_are_not_suggested(run: Callable[..., Value]) -> None:
    table = mark(MapV({"hush-key": "x"}, STRING), (SENSITIVE,))
    assert "hush-key" not in refused(run, 'm["hush-kex"]', m=table)


def test_case_of_a_sensitive_boolean(run: Callable[..., Value]) -> None:
    text = refused(run, "s && true", s=mark("TRUE", (SENSITIVE,)))
    assert "true" not in text.casefold()
    assert 'lowercase "true"' in refused(run, "s && true", s="TRUE")


def test_what_is_not_sensitive_is_quoted(run: Callable[..., Value]) -> None:
    assert '"hush"' in refused(run, "parseint(s, 10)", s="hush")
    other = refused(run, "parseint(o, b)", o="zz", b=mark(7, (SENSITIVE,)))
    assert 'cannot parse "zz" as a base (sensitive value) integer' in other
