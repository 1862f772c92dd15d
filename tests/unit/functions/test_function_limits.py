"""Budgets: no function hangs, fills the memory or shows a traceback."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from vbrprov.evaluate import EvalError
from vbrprov.values import Value

BIG = "x" * 600_000


@pytest.mark.parametrize("expression", [
    "range(1025)",
    "setproduct(range(1000), range(1000))",
    'join("", [big, big])',
    'format("%s%s", big, big)',
    'format("%1000000000d", 1)',
    'format("%.99999f", 1)',
    'format("%99999999999999999999d", 1)',
    'formatlist("%s", [big, big])',
    'indent(1000000, "a\\nb\\nc")',
    'replace(big, "x", "yy")',
    'replace(big, "/x/", "yy")',
    "base64encode(jsonencode([big, big]))",
    "jsonencode([big, big])",
    "yamlencode([big, big])",
    "split(\"\", big)",
    'regexall("x", big)',
    "pow(10, 400)",
    'parseint(replace(big, "x", "1"), 10)',
    "tonumber(replace(big, \"x\", \"9\"))",
    'jsondecode("1e999999999")',
    'bcrypt("x", 31)',
    'base64gunzip("AAAA")',
])
def test_is_refused(run: Callable[..., Value], expression: str) -> None:
    start = time.monotonic()
    with pytest.raises(EvalError):
        run(expression, big=BIG)
    assert time.monotonic() - start < 60


def test_nested_joins(run: Callable[..., Value]) -> None:
    with pytest.raises(EvalError):
        run('join("", [for i in range(1000) : join("", [for j in range(1000) : "xx"])])')


@pytest.mark.parametrize("expression", [
    "jsondecode(text)", "yamldecode(text)", "[jsondecode(text)]",
])
@pytest.mark.parametrize("depth", [300, 100_000])
def test_deep_nesting(run: Callable[..., Value], expression: str, depth: int) -> None:
    with pytest.raises(EvalError):
        run(expression, text="[" * depth + "]" * depth)


def test_yaml_aliases_of_aliases(run: Callable[..., Value]) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for level in range(1, 12):
        refs = ", ".join([f"*a{level - 1}"] * 9)
        lines.append(f"a{level}: &a{level} [{refs}]")
    with pytest.raises(EvalError, match="aliases expanded"):
        run("yamldecode(text)", text="\n".join(lines))


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*$", "(a|aa)+$", "((a*)*)*$"])
def test_regular_expressions_do_not_run_away(run: Callable[..., Value], pattern: str) -> None:
    start = time.monotonic()
    with pytest.raises(EvalError):
        run("regex(pattern, text)", pattern=f"^{pattern}", text="a" * 39 + "!")
    assert time.monotonic() - start < 30


def test_numbers_of_many_digits(run: Callable[..., Value]) -> None:
    assert len(run('jsonencode(tonumber("1e5000"))')) == 5001
    assert run('format("%.3e", tonumber("1e5000"))') == "1.000e+5000"
    assert len(run('format("%d", tonumber("1e5000"))')) == 5001


def test_two_groups_of_one_name_are_named_in_the_error(
        run: Callable[..., Value]) -> None:
    with pytest.raises(EvalError) as caught:
        run('regex("(?P<a>x)(?P<a>y)", "xy")')
    assert 'more than one capture group has the name "a"' in str(caught.value)
