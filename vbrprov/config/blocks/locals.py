"""``locals`` blocks."""

from __future__ import annotations

from vbrprov.config.model import Expression, LocalValue, Module
from vbrprov.config.reader import BlockReader, duplicate, is_identifier


def decode(reader: BlockReader, module: Module) -> None:
    """Add each attribute as a local value."""
    if reader.labels() is None:
        return
    for item in reader.block.body.attributes:
        reader.take(item.name)
        where = reader.range(item)
        if not is_identifier(item.name):
            # Only JSON can get this far with another.
            reader.diags.error(
                "Invalid local value name", f'"{item.name}" is not a valid name. A name must start '
                "with a letter or underscore and may contain only letters, digits, underscores, "
                "and dashes.", where)
            continue
        if item.name in module.locals:
            duplicate(reader.diags, "local value definition", item.name, where,
                      module.locals[item.name].range, "A local value named")
            continue
        module.locals[item.name] = LocalValue(
            item.name, Expression(item.expr, reader.source), where)
    reader.finish()
