"""Small tools for ``plan_modify``: looking at values that may be unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from vbrprov.sdk.model import to_python
from vbrprov.values import NULL, Value, is_null, is_wholly_known


class _Later:
    def __repr__(self) -> str:
        return "LATER"


#: Stands for a value that is known after apply.
LATER: Final[Any] = _Later()


def known(values: Mapping[str, Value] | None, name: str) -> Any:
    """The value as plain data, or ``LATER`` when any part of it is known after apply."""
    value = (values or {}).get(name, NULL)
    return to_python(value) if is_wholly_known(value) else LATER


def is_known(data: Any) -> bool:
    """Whether ``known`` gave data."""
    return data is not LATER


def silent(config: Mapping[str, Value], name: str) -> bool:
    """Whether configuration says nothing about *name*."""
    return is_null(config.get(name, NULL))
