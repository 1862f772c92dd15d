"""``check`` blocks."""

from __future__ import annotations

from vbrprov.config.blocks.resource import decode_provider
from vbrprov.config.model import CheckBlock, Module, Resource
from vbrprov.config.reader import BlockReader
from vbrprov.config.traversals import take_depends_on
from vbrprov.syntax import ast


def decode(reader: BlockReader, module: Module) -> None:
    """Add a check to the module."""
    labels = reader.labels("name")
    if labels is None:
        return
    name = labels[0]
    data = _data(reader, module)
    asserts = reader.has_block("assert")
    assertions = reader.conditions("assert")
    reader.finish()
    if not asserts:
        reader.diags.error("Zero assert blocks", "Check blocks must have at least one assert "
                           "block.", reader.header)
    if name in module.checks:
        first = module.checks[name].range
        reader.diags.error(
            f'Duplicate check "{name}" configuration', f'A check block named "{name}" was already '
            f"declared at {first.filename}:{first.start.line},{first.start.column}. Check blocks "
            "must be unique within each module.", reader.header,
            related=(("first declared here", first),))
        return
    module.checks[name] = CheckBlock(name, reader.header, reader.source, assertions, data)


def _data(reader: BlockReader, module: Module) -> Resource | None:
    """The data source that only this check sees."""
    blocks = reader.take_blocks("data")
    first = _decode_data(blocks[0], reader, module) if blocks else None
    for extra in blocks[1:]:
        where = reader.source.range(blocks[0].start, blocks[0].header_end)
        reader.diags.error(
            "Multiple data resource blocks", "This check block already has a data resource defined "
            f"at {where.filename}:{where.start.line},{where.start.column}.",
            reader.source.range(extra.start, extra.header_end),
            related=(("the first one", where),))
    return first


def _decode_data(block: ast.Block, around: BlockReader, module: Module) -> Resource | None:
    reader = BlockReader(block, around.source, around.diags)
    labels = reader.labels("type", "name")
    if labels is None:
        return None
    for meta in ("count", "for_each"):
        given = reader.take(meta)
        if given is not None:
            reader.diags.error(
                f'Invalid "{meta}" attribute', 'The "count" and "for_each" meta-arguments are not '
                "supported within nested data blocks.", given.range)
    for lifecycle in reader.take_blocks("lifecycle"):
        reader.diags.error(
            "Invalid lifecycle block", 'Nested data blocks do not support "lifecycle" blocks as '
            "the lifecycle is managed by the containing block.",
            reader.source.range(lifecycle.start, lifecycle.header_end))
    depends_on = take_depends_on(reader)
    provider, provider_range = decode_provider(reader, labels[0])
    data = Resource(
        mode="data", type=labels[0], name=labels[1], content=reader.content(), range=reader.header,
        type_range=reader.range(block.labels[0]), provider=provider,
        provider_range=provider_range, depends_on=depends_on)
    taken = [module.resources.get(data.key), *(c.data for c in module.checks.values())]
    for other in taken:
        if other is not None and other.key == data.key:
            reader.duplicate_resource("data", data, other)
    return data
