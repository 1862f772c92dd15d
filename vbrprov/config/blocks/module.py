"""``module`` blocks."""

from __future__ import annotations

from typing import Any

from vbrprov.config.model import Expression, Module, ModuleCall, ProviderRef
from vbrprov.config.reader import BlockReader, duplicate, traversal_names
from vbrprov.syntax import ast


def decode(reader: BlockReader, module: Module) -> None:
    """Add a module call to the module."""
    labels = reader.labels("name")
    if labels is None:
        return
    name = labels[0]
    reader.required("source") if not _has(reader, "source") else None
    source = reader.literal("source", str, "")
    reader.take("version")
    count, for_each = reader.take("count"), reader.take("for_each")
    if count and for_each:
        reader.diags.error('Invalid combination of "count" and "for_each"', 'The "count" and '
                           '"for_each" meta-arguments are mutually exclusive.', for_each.range)
    depends_on = reader.expressions("depends_on")
    providers = provider_map(reader)
    content = reader.content()
    for nested in content.blocks:
        reader.diags.error("Unsupported block type", f'Blocks of type "{nested.type}" are not '
                           "expected in a module block; its arguments are the module's variables.",
                           reader.source.range(nested.start, nested.type_end))
    call = ModuleCall(
        name=name, range=reader.header, source=source,
        arguments={a.name: Expression(a.expr, reader.source) for a in content.attributes},
        argument_ranges={a.name: reader.range(a) for a in content.attributes},
        count=count, for_each=for_each, depends_on=depends_on, providers=providers)
    if name in module.calls:
        duplicate(reader.diags, "module call", name, reader.header, module.calls[name].range,
                  "A module call named")
        return
    module.calls[name] = call


def _has(reader: BlockReader, name: str) -> bool:
    return any(a.name == name for a in reader.block.body.attributes)


def provider_map(reader: BlockReader) -> dict[str, ProviderRef]:
    """The ``providers`` argument: names inside the module, and what they are outside."""
    given = reader.take("providers")
    if given is None:
        return {}
    node: Any = given.node
    out: dict[str, ProviderRef] = {}
    if type(node) is not ast.Object:
        reader.diags.error("Invalid providers map", "Write a map from the provider names inside "
                           "the module to provider configurations here: { aws = aws.west }.",
                           given.range)
        return out
    for item in node.items:
        key = item.key
        inside = key.value if type(key) is ast.Literal else ".".join(
            traversal_names(Expression(key, reader.source)) or [])
        names = traversal_names(Expression(item.value, reader.source))
        if not isinstance(inside, str) or not inside or not names or len(names) > 2:
            reader.diags.error("Invalid provider configuration reference",
                               "A provider configuration is named as NAME or NAME.ALIAS.",
                               reader.source.range(item.start, item.end))
            continue
        out[inside] = ProviderRef(names[0], names[1] if len(names) == 2 else "")
    return out
