"""``locals`` blocks."""

from __future__ import annotations

from vbrprov.config.model import Expression, LocalValue, Module
from vbrprov.config.reader import BlockReader, duplicate


def decode(reader: BlockReader, module: Module) -> None:
    """Add each attribute as a local value."""
    if reader.labels() is None:
        return
    for item in reader.block.body.attributes:
        reader.take(item.name)
        where = reader.range(item)
        if item.name in module.locals:
            duplicate(reader.diags, "local value definition", item.name, where,
                      module.locals[item.name].range, "A local value named")
            continue
        module.locals[item.name] = LocalValue(
            item.name, Expression(item.expr, reader.source), where)
    reader.finish()
