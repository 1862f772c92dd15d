"""``ephemeral`` blocks."""

from __future__ import annotations

from vbrprov.config.blocks.resource import decode_provider, decode_repetition
from vbrprov.config.model import Lifecycle, Module, Resource
from vbrprov.config.reader import BlockReader
from vbrprov.config.traversals import take_depends_on

_MANAGED_ONLY = ("create_before_destroy", "prevent_destroy", "ignore_changes",
                 "replace_triggered_by", "destroy", "enabled")


def decode(reader: BlockReader, module: Module) -> None:
    """Add an ephemeral resource to the module."""
    labels = reader.labels("type", "name")
    if labels is None:
        return
    count, for_each = decode_repetition(reader)
    depends_on = take_depends_on(reader)
    provider, provider_range = decode_provider(reader, labels[0])
    lifecycle = _lifecycle(reader)
    ephemeral = Resource(
        mode="ephemeral", type=labels[0], name=labels[1], content=reader.content(),
        range=reader.header, type_range=reader.range(reader.block.labels[0]), provider=provider,
        provider_range=provider_range, count=count, for_each=for_each, depends_on=depends_on,
        lifecycle=lifecycle)
    first = module.ephemerals.get(ephemeral.key)
    if first is not None:
        reader.duplicate_resource("ephemeral", ephemeral, first)
        return
    module.ephemerals[ephemeral.key] = ephemeral


def _lifecycle(reader: BlockReader) -> Lifecycle:
    """Conditions are all there is to the life of what is not kept."""
    block = reader.take_block("lifecycle")
    if block is None:
        return Lifecycle()
    inner = BlockReader(block, reader.source, reader.diags)
    inner.labels()
    for name in _MANAGED_ONLY:
        given = inner.take(name)
        if given is not None:
            reader.diags.error(
                "Invalid ephemeral resource lifecycle argument", f'The lifecycle argument "{name}" '
                'is defined only for managed resources ("resource" blocks), and is not valid for '
                "ephemeral resources.", given.range)
    lifecycle = Lifecycle(preconditions=inner.conditions("precondition"),
                          postconditions=inner.conditions("postcondition"))
    inner.finish()
    return lifecycle
