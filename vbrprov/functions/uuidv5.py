"""uuidv5(namespace, name): an identifier that follows from a name."""

from __future__ import annotations

import re
import uuid

from vbrprov.sdk import Function, FunctionError, Param

_NAMESPACES = {
    "dns": uuid.NAMESPACE_DNS, "url": uuid.NAMESPACE_URL, "oid": uuid.NAMESPACE_OID,
    "x500": uuid.NAMESPACE_X500,
}
_HYPHENATED = r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_UUID = re.compile(
    rf"{_HYPHENATED}|\{{{_HYPHENATED}\}}|(?i:urn:uuid:){_HYPHENATED}|[0-9A-Fa-f]{{32}}")


def _uuidv5(namespace: str, name: str) -> str:
    space = _NAMESPACES.get(namespace)
    if space is None:
        if not _UUID.fullmatch(namespace):
            raise FunctionError(None, f"uuidv5() doesn't support namespace {namespace}")
        space = uuid.UUID(namespace.lower())
    return str(uuid.uuid5(space, name))


FUNCTION = Function(
    name="uuidv5", group="hash",
    doc="Make a version 5 UUID of a namespace and a name; always the same one.",
    params=(
        Param("namespace", str, "`dns`, `url`, `oid`, `x500` or a UUID."),
        Param("name", str, "The name."),
    ),
    returns=str, impl=_uuidv5, example='uuidv5("dns", "www.example.com")',
)
