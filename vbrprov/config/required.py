"""``required_providers`` blocks: the names of providers, and what is required of each."""

from __future__ import annotations

from typing import Any

from vbrprov.config.reader import BlockReader, is_identifier
from vbrprov.config.versions import parse_constraint
from vbrprov.syntax import ast

_ENTRIES = ("version", "source", "configuration_aliases")


def check_required(block: ast.Block, reader: BlockReader) -> None:
    """Report what is wrong with the entries of a ``required_providers`` block."""
    diags = reader.diags
    for nested in block.body.blocks:
        diags.error(f'Unexpected "{nested.type}" block', "Blocks are not allowed here.",
                    reader.source.range(nested.start, nested.header_end))
    for item in block.body.attributes:
        where = reader.source.range(item.start, item.name_end)
        if item.name != item.name.lower() or not is_identifier(item.name):
            diags.error("Invalid provider local name", "Provider names must be normalized. Replace "
                        f'"{item.name}" with "{item.name.lower()}" to fix this error.', where)
        node: Any = item.expr
        if type(node) is ast.Object:
            for entry in node.items:
                _check_entry(entry, reader)
        elif type(node) is ast.Literal and isinstance(node.value, str):
            _check_version(node, reader)
        else:
            diags.error("Invalid required_providers object", "Required provider entries must be "
                        "strings or objects.", reader.range(node))


def _check_entry(entry: ast.ObjectItem, reader: BlockReader) -> None:
    key: Any = entry.key
    name = key.name if type(key) is ast.Ref and not key.steps else getattr(key, "value", None)
    value: Any = entry.value
    text = type(value) is ast.Literal and isinstance(value.value, str)
    if name not in _ENTRIES:
        reader.diags.error(
            "Invalid required_providers object", 'required_providers objects can only contain '
            '"version", "source" and "configuration_aliases" attributes. To configure a provider, '
            'use a "provider" block.', reader.range(key))
    elif name == "source" and not text:
        reader.diags.error("Invalid source", "Source must be specified as a string.",
                           reader.range(value))
    elif name == "version" and not text:
        reader.diags.error("Invalid version constraint", "Version must be specified as a string.",
                           reader.range(value))
    elif name == "version":
        _check_version(value, reader)


def _check_version(value: ast.Literal, reader: BlockReader) -> None:
    try:
        parse_constraint(str(value.value))
    except ValueError:
        reader.diags.error("Invalid version constraint", "This string does not use correct version "
                           "constraint syntax.", reader.range(value))
