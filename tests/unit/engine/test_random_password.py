"""The built-in ephemeral password."""

from __future__ import annotations

import string

import pytest

from vbrprov.builtin.ephemerals.random_password import SPECIAL, RandomPassword, RandomPasswordModel
from vbrprov.sdk import ProviderError, StepContext


def drawn(**arguments: object) -> str:
    context = StepContext(address="ephemeral.vbrprov_random_password.p", token="", stack="")
    opened = RandomPassword().open(None, RandomPasswordModel(**arguments), context)
    assert isinstance(opened.result.result, str)
    return opened.result.result


def count(text: str, chars: str) -> int:
    return sum(text.count(c) for c in chars)


def test_length_and_characters() -> None:
    found = drawn(length=200)
    assert len(found) == 200
    assert set(found) <= set(string.ascii_letters + string.digits + SPECIAL)
    assert drawn(length=40) != drawn(length=40)


def test_classes_that_are_off() -> None:
    found = drawn(length=200, special=False, upper=False, numeric=False)
    assert set(found) <= set(string.ascii_lowercase)


def test_at_least_so_many() -> None:
    found = drawn(length=8, min_lower=1, min_upper=2, min_numeric=2, min_special=3,
                  override_special="#~")
    assert count(found, string.ascii_lowercase) == 1
    assert count(found, string.ascii_uppercase) == 2
    assert count(found, string.digits) == 2
    assert count(found, "#~") == 3


def test_a_class_that_must_occur_may_occur() -> None:
    assert drawn(length=2, min_special=2, special=False, lower=False, upper=False, numeric=False,
                 override_special="#") == "##"


@pytest.mark.parametrize(("arguments", "attribute"), [
    ({"length": 3, "min_lower": 2, "min_upper": 2}, "length"),
    ({"length": 3, "lower": False, "upper": False, "numeric": False, "special": False}, None),
])
def test_what_cannot_be(arguments: dict[str, object], attribute: str | None) -> None:
    with pytest.raises(ProviderError) as caught:
        drawn(**arguments)
    assert caught.value.attribute == attribute
