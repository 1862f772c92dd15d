"""Addresses that a block names: what was moved, what was removed, what an import goes to."""

from __future__ import annotations

from typing import Any

from vbrprov.addrs import InstanceKey, ModuleInstance, ParsedAddress
from vbrprov.config.model import Expression, Target
from vbrprov.diag import Diagnostics
from vbrprov.syntax import ast

_RESERVED = ("each", "count", "self", "path", "local", "var", "terraform", "vbrprov", "ephemeral")
_STATIC = ("A single static variable reference is required: only attribute access and indexing "
           "with constant keys. No calculations, function calls, template expressions, etc are "
           "allowed here.")
#: A name and the expression of the key behind it.
Part = tuple[str, "ast.Expr | None"]


def static_address(given: Expression, diags: Diagnostics) -> ParsedAddress | None:
    """The address that *given* is, keys being constants; ``None`` (reported) when it is none."""
    parts = address_parts(given, diags)
    if parts is None:
        return None
    if any(type(key) is not ast.Literal or type(key.value) not in (str, int)
           for key in parts.keys):
        diags.error("Invalid expression", _STATIC, given.range)
        return None
    modules: ModuleInstance = tuple((name, _constant(key)) for name, key in parts.modules)
    return ParsedAddress(modules, parts.mode, parts.type_name, parts.name, _constant(parts.key))


def _constant(key: ast.Expr | None) -> InstanceKey:
    return key.value if isinstance(key, ast.Literal) else None


def address_parts(given: Expression, diags: Diagnostics) -> Target | None:
    """The parts of the address that *given* is; ``None`` (reported) when it is none."""
    parts = _parts(given.node)
    if parts is None:
        diags.error("Invalid expression", _STATIC, given.range)
        return None
    why = ""
    modules: list[Part] = []
    while parts[0] == ("module", None) and len(parts) > 1:
        modules.append(parts[1])
        parts = parts[2:]
        if not parts:
            return Target(tuple(modules), "managed", "", "", None)
    first, key = parts[0]
    mode = "managed"
    if first in ("data", "resource") and len(parts) > 1 and key is None:
        mode = "data" if first == "data" else "managed"
        parts = parts[1:]
    elif first in _RESERVED:
        why = (f'The keyword "{first}" is reserved and cannot be used to target a resource '
               "address. If you are targeting a resource type that uses a reserved keyword, please "
               'prefix your address with "resource.".')
    if not why and len(parts) < 2:
        why = "Resource specification must include a resource type and name."
    elif not why and parts[0][1] is not None:
        why = "A resource name is required after the resource type."
    elif not why and len(parts) > 2:
        why = "Resource instance key must be given in square brackets."
    if why:
        diags.error("Invalid address", why, given.range)
        return None
    return Target(tuple(modules), mode, parts[0][0], *parts[1])


def _parts(node: Any) -> list[Part] | None:
    if type(node) is not ast.Ref:
        return None
    parts: list[Part] = [(node.name, None)]
    for step in node.steps:
        if type(step) is ast.AttrStep:
            parts.append((step.name, None))
        elif type(step) is ast.IndexStep and parts[-1][1] is None:
            parts[-1] = (parts[-1][0], step.key)
        else:
            return None
    return parts
