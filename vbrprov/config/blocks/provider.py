"""``provider`` blocks."""

from __future__ import annotations

from vbrprov.config.model import Module, ProviderBlock, ProviderRef
from vbrprov.config.reader import BlockReader, duplicate


def decode(reader: BlockReader, module: Module) -> None:
    """Add a provider configuration to the module."""
    labels = reader.labels("name")
    if labels is None:
        return
    alias = reader.literal("alias", str, "")
    reader.take("version")
    ref = ProviderRef(labels[0], alias)
    block = ProviderBlock(ref, reader.content(), reader.header)
    if str(ref) in module.providers:
        duplicate(reader.diags, "provider configuration", str(ref), reader.header,
                  module.providers[str(ref)].range, "A provider configuration for")
        return
    module.providers[str(ref)] = block
