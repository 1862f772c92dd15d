"""``metadata functions -json``."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from vbrprov.functions import names

#: Whose types we state more exactly, or whose names differ for a reason of ours.
MORE_EXACT = {"can", "contains", "csvdecode", "format", "formatlist", "index", "parseint", "sum",
              "templatestring", "try", "values"}


def _signatures(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    assert found["format_version"] == "1.0"
    return found["function_signatures"]  # type: ignore[no-any-return]


def test_every_function_has_both_names(run: Any) -> None:
    found = _signatures(run("metadata", "functions", "-json").out)
    assert set(found) == {*names(), *(f"core::{name}" for name in names())}
    assert found["upper"] == found["core::upper"] == {
        "description": found["upper"]["description"], "return_type": "string",
        "parameters": [{"name": "str", "type": "string",
                        "description": found["upper"]["parameters"][0]["description"]}]}
    assert found["lookup"]["variadic_parameter"]["is_nullable"] is True


def test_json_must_be_asked_for(run: Any) -> None:
    result = run("metadata", "functions")
    assert result.status == 1
    assert "-json" in result.err


@pytest.mark.terraform
def test_signatures_are_terraforms(run: Any, terraform: Callable[..., Any]) -> None:
    wanted = _signatures(terraform("metadata", "functions", "-json").out)
    found = _signatures(run("metadata", "functions", "-json").out)
    for name, signature in wanted.items():
        if name.removeprefix("core::") not in MORE_EXACT:
            assert _without_text(found[name]) == _without_text(signature), name


def _without_text(item: Any) -> Any:
    if isinstance(item, dict):
        return {k: _without_text(v) for k, v in item.items() if k != "description"}
    return [_without_text(v) for v in item] if isinstance(item, list) else item
