"""``encryption`` blocks in the settings: OpenTofu's syntax."""

from __future__ import annotations

from typing import Any

from vbrprov.config.model import Encryption, EncryptionMethod, EncryptionTarget, KeyProviderBlock
from vbrprov.config.reader import BlockReader
from vbrprov.diag import did_you_mean
from vbrprov.syntax import ast

#: How data can be kept; ``unencrypted`` is how they are kept without the block.
METHODS = ("aes_gcm", "unencrypted")
UNENCRYPTED = "unencrypted"


def decode_encryption(block: ast.Block, outer: BlockReader) -> Encryption:
    """The block, with every reference in it checked."""
    reader = BlockReader(block, outer.source, outer.diags)
    reader.labels()
    providers: dict[str, KeyProviderBlock] = {}
    for nested in reader.take_blocks("key_provider"):
        inner = BlockReader(nested, reader.source, reader.diags)
        labels = inner.labels("type", "name")
        if labels is None:
            continue
        key = f"key_provider.{labels[0]}.{labels[1]}"
        if _is_new(key, providers, inner):
            providers[key] = KeyProviderBlock(key, labels[0], inner.header, inner.content())
    methods: dict[str, EncryptionMethod] = {}
    for nested in reader.take_blocks("method"):
        inner = BlockReader(nested, reader.source, reader.diags)
        labels = inner.labels("type", "name")
        if labels is None:
            continue
        key = f"method.{labels[0]}.{labels[1]}"
        if _is_new(key, methods, inner):
            methods[key] = EncryptionMethod(labels[0], _keys(labels[0], inner, providers))
            inner.finish()
    state = _target("state", reader, methods)
    plan = _target("plan", reader, methods)
    reader.finish()
    return Encryption(reader.header, providers, methods, state, plan)


def _is_new(key: str, known: dict[str, Any], reader: BlockReader) -> bool:
    if key in known:
        reader.diags.error("Duplicate encryption block", f"There is another block {key}.",
                           reader.header)
    return key not in known


def _keys(kind: str, reader: BlockReader, providers: dict[str, KeyProviderBlock]) -> str:
    if kind not in METHODS:
        reader.diags.error("Unknown encryption method", f'There is no method "{kind}". '
                           f"{did_you_mean(kind, METHODS)}".strip(), reader.header)
        reader.take("keys")
        return ""
    if kind == UNENCRYPTED:
        return ""
    return _reference("keys", "key_provider", reader, providers)


def _target(name: str, outer: BlockReader,
            methods: dict[str, EncryptionMethod]) -> EncryptionTarget | None:
    block = outer.take_block(name)
    if block is None:
        return None
    reader = BlockReader(block, outer.source, outer.diags)
    reader.labels()
    enforced = bool(reader.literal("enforced", bool, False))
    chosen = _chain(reader, methods)
    if enforced and any(m in methods and methods[m].type == UNENCRYPTED for m in chosen):
        reader.diags.error("Encryption enforced", "With enforced = true, no method of the block "
                           "may be unencrypted.", reader.header)
    return EncryptionTarget(chosen, reader.header)


def _chain(reader: BlockReader, methods: dict[str, EncryptionMethod]) -> tuple[str, ...]:
    """The method, and those that also read, in order."""
    out = [_reference("method", "method", reader, methods)]
    for nested in reader.take_blocks("fallback"):
        inner = BlockReader(nested, reader.source, reader.diags)
        inner.labels()
        out += _chain(inner, methods)
    reader.finish()
    return tuple(name for name in out if name)


def _reference(argument: str, root: str, reader: BlockReader, known: Any) -> str:
    """What a reference such as ``method.aes_gcm.main`` names; empty after an error."""
    given = reader.required(argument)
    if given is None:
        return ""
    node: Any = given.node
    names = [node.name, *(getattr(step, "name", "") for step in node.steps)] if (
        type(node) is ast.Ref) else []
    name = ".".join(names)
    if len(names) != 3 or names[0] != root or not all(names):
        reader.diags.error("Invalid reference", f'The value of "{argument}" must be a reference '
                           f"{root}.TYPE.NAME.", given.range)
        return ""
    if name not in known:
        reader.diags.error(f"Reference to undeclared {root.replace('_', ' ')}", f"There is no "
                           f"block {name}. {did_you_mean(name, known)}".strip(), given.range)
        return ""
    return name
