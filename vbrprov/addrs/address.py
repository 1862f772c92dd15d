"""Text form of addresses: ``module.a["x"].data.aws_s3_bucket.b[0]``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import msgspec

InstanceKey = int | str | None
#: Module calls from the root inward, each with its instance key.
ModuleInstance = tuple[tuple[str, InstanceKey], ...]


class AddressError(ValueError):
    """Not a valid address; the text says why."""


def format_key(key: InstanceKey) -> str:
    """``[0]``, ``["x"]`` or nothing."""
    if key is None:
        return ""
    return f"[{key}]" if isinstance(key, int) else f"[{_quoted(key)}]"


def _quoted(text: str) -> str:
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    import json

    return json.dumps(text, ensure_ascii=False)


def module_address(module: ModuleInstance) -> str:
    """``module.a[0].module.b``; empty for the root."""
    return ".".join(f"module.{name}{format_key(key)}" for name, key in module)


def instance_address(
    module: ModuleInstance, mode: str, type_name: str, name: str, key: InstanceKey = None,
) -> str:
    """The address of one resource instance (``mode``: managed, data or ephemeral)."""
    prefix = f"{module_address(module)}." if module else ""
    kind = "" if mode == "managed" else f"{mode}."
    return f"{prefix}{kind}{type_name}.{name}{format_key(key)}"


class ParsedAddress(msgspec.Struct, frozen=True):
    """A parsed address. ``type_name`` is empty when it names a module only.

    ``has_key`` tells ``x.y`` (all instances) from ``x.y[0]``.
    """

    module: ModuleInstance
    mode: str = "managed"
    type_name: str = ""
    name: str = ""
    key: InstanceKey = None

    def __str__(self) -> str:
        if not self.type_name:
            return module_address(self.module)
        return instance_address(self.module, self.mode, self.type_name, self.name, self.key)

    def covers(self, other: ParsedAddress) -> bool:
        """Whether *other* is this, or lies within it; a missing key stands for all keys."""
        if len(self.module) > len(other.module):
            return False
        for (name, key), (other_name, other_key) in zip(self.module, other.module, strict=False):
            if name != other_name or (key is not None and key != other_key):
                return False
        if not self.type_name:
            return True
        return (
            len(self.module) == len(other.module)
            and (self.mode, self.type_name, self.name) == (other.mode, other.type_name, other.name)
            and (self.key is None or self.key == other.key)
        )


_PART = re.compile(r"\s*([^\W\d][\w-]*)")
_KEY = re.compile(r'\[\s*(?:(\d+)|("(?:[^"\\]|\\.)*"))\s*\]')


def parse_address(text: str) -> ParsedAddress:
    """Parse the address of a resource, a resource instance or a module.

    Raises:
        AddressError: Malformed; the message says what is expected.
    """
    parts: list[tuple[str, InstanceKey]] = []
    at = 0
    while at < len(text):
        found = _PART.match(text, at)
        if not found:
            raise AddressError(f'"{text}" is not an address: a name is expected at "{text[at:]}".')
        at = found.end()
        key: InstanceKey = None
        keyed = _KEY.match(text, at)
        if keyed:
            key = int(keyed[1]) if keyed[1] is not None else _string(keyed[2], text)
            at = keyed.end()
        parts.append((found[1], key))
        if at < len(text):
            if text[at] != ".":
                raise AddressError(f'"{text}" is not an address: unexpected "{text[at:]}".')
            at += 1
            if at == len(text):
                raise AddressError(f'"{text}" is not an address: it ends in a dot.')
    module: list[tuple[str, InstanceKey]] = []
    while len(parts) >= 2 and parts[0][0] == "module" and parts[0][1] is None:
        module.append(parts[1])
        parts = parts[2:]
    mode = "managed"
    if len(parts) == 3 and parts[0][0] in ("data", "ephemeral") and parts[0][1] is None:
        mode = parts[0][0]
        parts = parts[1:]
    if not parts and module:
        return ParsedAddress(tuple(module))
    if len(parts) != 2 or parts[0][1] is not None:
        raise AddressError(
            f'"{text}" is not an address. Expected TYPE.NAME, TYPE.NAME[KEY], data.TYPE.NAME or '
            "module.NAME, with module.NAME. before it for resources in modules.")
    return ParsedAddress(tuple(module), mode, parts[0][0], parts[1][0], parts[1][1])


def _string(quoted: str, text: str) -> str:
    import json

    try:
        return str(json.loads(quoted))
    except ValueError:
        raise AddressError(f'"{text}" is not an address: bad string {quoted}.') from None


def _key_order(key: InstanceKey) -> tuple[int, Any]:
    return (0, 0) if key is None else (1, key) if isinstance(key, int) else (2, key)


@lru_cache(maxsize=1 << 16)
def sort_key(address: str) -> tuple[Any, ...]:
    """A key that sorts addresses as people expect: modules, then types, names, numeric keys."""
    try:
        parsed = parse_address(address)
    except AddressError:
        return ((), 9, address)
    return (
        tuple((name, _key_order(key)) for name, key in parsed.module),
        0 if parsed.mode == "data" else 1, parsed.type_name, parsed.name, _key_order(parsed.key),
    )


def config_address(address: str) -> str:
    """The address of the block that an instance comes from: without any keys."""
    if "[" not in address:
        return address
    parsed = parse_address(address)
    prefix = "".join(f"module.{name}." for name, _ in parsed.module)
    mode = "" if parsed.mode == "managed" else f"{parsed.mode}."
    return f"{prefix}{mode}{parsed.type_name}.{parsed.name}"


def is_data(address: str) -> bool:
    """Whether an address is one of a data source."""
    # Only a module or a key can put the word elsewhere than at the beginning.
    if "data." not in address:
        return False
    return parse_address(address).mode == "data"
