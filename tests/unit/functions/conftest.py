"""Expressions evaluated without a configuration around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from vbrprov.diag import SourceFile
from vbrprov.evaluate import NamesOnly, evaluate
from vbrprov.sdk import FunctionContext
from vbrprov.syntax import parse_expression, parse_template
from vbrprov.values import Unknown, Value

PLAN_TIME = "2024-05-06T07:08:09Z"


def render(source: str, name: str, variables: Mapping[str, Value], context: Any) -> Value:
    template, diagnostics = parse_template(SourceFile(name, source))
    assert not list(diagnostics)
    return evaluate(template, NamesOnly(variables, context))


@pytest.fixture
def context(tmp_path: Path) -> FunctionContext:
    """A configuration in an empty folder, while it is applied."""
    root = tmp_path / "root"
    root.mkdir()
    made: list[FunctionContext] = []
    made.append(FunctionContext(
        base_dir=str(root), root_dir=str(root), plan_time=PLAN_TIME, applying=True,
        render=lambda source, name, variables: render(source, name, variables, made[0])))
    return made[0]


@pytest.fixture
def run(context: FunctionContext) -> Callable[..., Value]:
    """The value of an expression; ``unknown`` is a value that is known after apply."""

    def evaluated(source: str, /, **names: Value) -> Value:
        expression, diagnostics = parse_expression(SourceFile("test", source))
        assert not list(diagnostics)
        return evaluate(expression, NamesOnly({"unknown": Unknown(), **names}, context))

    return evaluated
