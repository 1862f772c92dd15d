"""Reading mocks and overrides, wherever they stand."""

from __future__ import annotations

from typing import Any

from vbrprov.addrs import AddressError, ParsedAddress, parse_address
from vbrprov.config.blocks.resource import TYPE_ALIASES
from vbrprov.config.model import Expression
from vbrprov.config.reader import BlockReader, duplicate, traversal_names
from vbrprov.config.testfile import MockType, Override
from vbrprov.syntax import ast

OVERRIDES = {"override_resource": "resource", "override_data": "data",
              "override_module": "module"}


def override(reader: BlockReader, *, inherited: bool = False) -> Override | None:
    """One override block; ``None`` (reported) without a usable target."""
    kind = OVERRIDES[reader.block.type]
    reader.labels()
    target = reader.required("target")
    values = reader.take("outputs" if kind == "module" else "values")
    known = during(reader, inherited=inherited)
    reader.finish()
    if target is None:
        return None
    try:
        address = parse_address(address_text(target) or "")
    except AddressError:
        address = ParsedAddress(())
    found = {"data": "data", "managed": "resource"}.get(address.mode)
    if not str(address) or (found if address.type_name else "module") != kind:
        reader.diags.error("Invalid override target", f"The target of an override_{kind} block is "
                           f"the address of a {'module call' if kind == 'module' else kind}, "
                           "written without quotes.", target.range)
        return None
    return Override(kind, address, reader.attribute_range("target"), values, known, reader.header)


def during(reader: BlockReader, *, inherited: bool) -> bool:
    """Whether values are known while planning already."""
    given = reader.take("override_during")
    if given is None:
        return inherited
    names = traversal_names(given) or [str(getattr(given.node, "value", ""))]
    if names not in (["plan"], ["apply"]):
        reader.diags.error("Invalid override_during value", "The override_during attribute must be "
                           "a keyword, apply or plan, without quotes.", given.range)
    return names == ["plan"]


def mocks(reader: BlockReader, *, planned: bool) -> tuple[
        dict[tuple[str, str], MockType], tuple[Override, ...]]:
    """The mocks and overrides in a ``mock_provider`` block or in a file of mocks."""
    types: dict[tuple[str, str], MockType] = {}
    for name, mode in (("mock_resource", "managed"), ("mock_data", "data")):
        for block in reader.take_blocks(name):
            inner = BlockReader(block, reader.source, reader.diags)
            labels = inner.labels("type")
            mock = MockType(inner.take("defaults"), during(inner, inherited=planned), inner.header)
            inner.finish()
            if labels is None:
                continue
            key = (mode, TYPE_ALIASES.get(labels[0], labels[0]))
            if key in types:
                duplicate(reader.diags, f"{name} block", labels[0], inner.header, types[key].range,
                          f"A {name} block for")
            types[key] = mock
    overrides = [
        override(BlockReader(b, reader.source, reader.diags), inherited=planned)
        for name in OVERRIDES for b in reader.take_blocks(name)]
    return types, tuple(o for o in overrides if o is not None)


def address_text(expression: Expression) -> str | None:
    """A reference as an address; ``None`` when it is anything else."""
    node: Any = expression.node
    if type(node) is not ast.Ref:
        return None
    out = node.name
    for step in node.steps:
        key = getattr(getattr(step, "key", None), "value", None)
        if isinstance(step, ast.AttrStep):
            out += f".{step.name}"
        elif isinstance(key, str):
            out += f'["{key}"]'
        elif isinstance(key, int):
            out += f"[{key}]"
        else:
            return None
    return str(out)
