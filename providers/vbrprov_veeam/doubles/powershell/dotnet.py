"""The few parts of .NET that the scripts use."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from vbrprov_veeam.doubles.powershell.values import ScriptError, text

#: Stands for ``[System.Text.Encoding]::UTF8``.
UTF8 = object()
_PROPERTIES = {("system.text.encoding", "utf8"): UTF8,
               ("system.stringcomparer", "ordinal"): object()}

_STATIC: dict[tuple[str, str], Callable[..., Any]] = {
    ("system.security.cryptography.sha256", "create"): lambda: hashlib.sha256,
    ("system.array", "sort"): lambda items, order: items.sort(),
    ("system.bitconverter", "tostring"): lambda data: data.hex("-").upper(),
}


def static(kind: str, name: str, arguments: list[Any]) -> Any:
    """``[kind]::name(arguments)``."""
    found = _STATIC.get((kind.lower(), name.lower()))
    if found is None:
        raise ScriptError(f"Method invocation failed: [{kind}] has no method {name} here.")
    return found(*arguments)


def property_of(kind: str, name: str) -> Any:
    """``[kind]::name``."""
    found = _PROPERTIES.get((kind.lower(), name.lower()))
    if found is None:
        raise ScriptError(f"[{kind}] has no property {name} here.")
    return found


def method(holder: Any, name: str, arguments: list[Any]) -> Any:
    """``holder.name(arguments)``."""
    word = name.lower()
    if holder is hashlib.sha256 and word == "computehash":
        return hashlib.sha256(arguments[0]).digest()
    if holder is UTF8 and word == "getbytes":
        return text(arguments[0]).encode()
    if isinstance(holder, str) and word == "replace":
        return holder.replace(*arguments)
    if isinstance(holder, str) and word == "endswith":
        return holder.endswith(text(arguments[0]))
    if isinstance(holder, str) and word == "tolower":
        return holder.lower()
    raise ScriptError(f"Method invocation failed: there is no method {name} here.")
