"""signum(num): the sign of a number."""

from __future__ import annotations

from vbrprov.sdk import Function, Param


def _signum(num: int) -> int:
    return (num > 0) - (num < 0)


FUNCTION = Function(
    name="signum", group="number", doc="Return -1, 0 or 1: the sign of a whole number.",
    params=(Param("num", int, "The number."),),
    returns=int, impl=_signum, example="signum(-13)",
)
