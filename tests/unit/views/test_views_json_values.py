"""Trees of flags beside JSON values, as Terraform writes them."""

from __future__ import annotations

from typing import Any

import pytest

from vbrprov.values import SENSITIVE, STRING, ObjectT, TupleT, Unknown, Value
from vbrprov.values.value import mark
from vbrprov.views.json.values import object_unknown, sensitive_tree, unknown_tree


@pytest.mark.parametrize(("value", "tree"), [
    (1, False), ({}, {}), ((), []), ({"a": 1, "b": {"c": 2}, "d": (1, {})}, {
        "b": {}, "d": [False, {}]}),
    ({"a": Unknown(STRING), "b": 1}, {"a": True}), ((1, Unknown(STRING)), [False, True]),
])
def test_what_is_unknown(value: Value, tree: Any) -> None:
    assert unknown_tree(value) == tree


@pytest.mark.parametrize(("value", "tree"), [
    ({"a": mark("x", (SENSITIVE,)), "b": {"c": 1}, "d": 1}, {"a": True, "b": {}}),
    (Unknown(ObjectT({"a": STRING})), {}), (Unknown(TupleT((STRING,))), []),
    (Unknown(STRING), False), (Unknown(), False),
])
def test_what_is_sensitive(value: Value, tree: Any) -> None:
    assert sensitive_tree(value) == tree


def test_nothing_is_told_of_an_object_that_is_known() -> None:
    assert object_unknown({"a": {"b": 1}, "c": 1}) == {}
    assert object_unknown({"a": {"b": 1}, "c": Unknown()}) == {"a": {}, "c": True}
