"""Every case of ``lang.json`` and ``lang_upstream.json``: value, type, every digit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from quoting import loads, same
from sessions import Ours, Session

from vbrprov.functions import find

HERE = Path(__file__).parent
FILES = ("lang.json", "lang_upstream.json")
CASES = [case for name in FILES
         for case in json.loads((HERE / name).read_text(encoding="utf-8"))["cases"]]
#: Not taken over: names of functions that do not exist here.
NO_FUNCTION: frozenset[str] = frozenset()


@pytest.fixture(scope="session")
def sessions(ours: Ours) -> dict[str | None, Session]:
    return {config: ours.open(config or "") for config in {c.get("config") for c in CASES}}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_case(case: dict[str, Any], sessions: dict[str | None, Session]) -> None:
    session = sessions[case.get("config")]
    answer = session.json(case["expr"])
    if case["expect"] == "error":
        assert answer.error, answer.text
        return
    assert not answer.error
    assert same(loads(answer.text), loads(case["json"])) == "exact", answer.text
    assert session.type(case["expr"]) == case["type"]


def test_the_functions_take_the_parameters_of_terraforms() -> None:
    wanted = json.loads((HERE / "functions.json").read_text(encoding="utf-8"))
    wrong = {}
    for name, shape in wanted.items():
        function = find(name)
        if function is None:
            if name.removeprefix("core::") not in NO_FUNCTION:
                wrong[name] = "missing"
            continue
        if function.lazy:
            continue
        found = len(function.params), function.variadic is not None
        if found != (len(shape["params"]), shape["variadic"] is not None):
            wrong[name] = str(found)
    assert not wrong
