"""Finding what is not known inside a value."""

from __future__ import annotations

from vbrprov.values import ListV, MapV, SetV, Spent, Unknown, Value, bare


def first_unknown(value: Value) -> Value:
    """An unknown inside *value*, a spent one where there is one; *value* itself when all is known."""
    found: Value = None
    stack = [value]
    while stack:
        item = bare(stack.pop())
        if isinstance(item, Spent):
            return item
        if isinstance(item, Unknown):
            found = found or item
        elif type(item) is tuple:
            stack.extend(item)
        elif type(item) is dict:
            stack.extend(item.values())
        elif type(item) is ListV or type(item) is SetV:
            stack.extend(item.items)
        elif type(item) is MapV:
            stack.extend(item.items.values())
    return value if found is None else found
