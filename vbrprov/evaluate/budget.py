"""How much one expression may do: loops inside loops, and values that hold a value many times."""

from __future__ import annotations

from typing import Final

from vbrprov.evaluate.errors import EvalError
from vbrprov.syntax import ast
from vbrprov.values import Value, unmark

#: Rounds of all loops of one expression, those inside other loops included; a limit of ours.
MAX_ROUNDS: Final = 2_000_000
#: Elements that a value may have, at all depths; a limit of ours.
MAX_ELEMENTS: Final = 1_000_000


class Rounds:
    """Counts the rounds of a loop and of all loops inside it."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_ROUNDS

    def spend(self, node: ast.Expr) -> None:
        """One more round.

        Raises:
            EvalError: They are used up.
        """
        self.left -= 1
        if self.left < 0:
            raise EvalError("Too many rounds", f"The loops of this expression go round more than "
                            f"{MAX_ROUNDS} times in all. Loop over less, or look things up in a "
                            "map instead of looping inside a loop.", node.start, node.end)


def check_elements(value: Value, node: ast.Expr) -> None:
    """Refuse a value of too many elements.

    A part that it holds twice counts twice, as for anybody who goes through it.

    Raises:
        EvalError: It has too many.
    """
    if type(value) in (str, int, bool):
        return
    left = MAX_ELEMENTS
    stack = [value]
    while stack:
        inner = unmark(stack.pop())[0]
        items = inner if type(inner) is tuple or type(inner) is dict else getattr(
            inner, "items", None)
        if not items:
            continue
        left -= len(items)
        if left < 0:
            raise EvalError("Value too large", f"This value has more than {MAX_ELEMENTS} elements "
                            "in all.", node.start, node.end)
        stack.extend(items if isinstance(items, tuple) else items.values())
