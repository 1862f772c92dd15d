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
    for_each = reader.take("for_each")
    if for_each is not None and not alias:
        reader.diags.error('Alias required when using "for_each"', "The for_each argument is "
                           "allowed only for provider configurations with an alias, since the "
                           "default one cannot have an instance key.", for_each.range)
        for_each = None
    block = ProviderBlock(ref, reader.content(), reader.header, for_each)
    if str(ref) in module.providers:
        duplicate(reader.diags, "provider configuration", str(ref), reader.header,
                  module.providers[str(ref)].range, "A provider configuration for")
        return
    module.providers[str(ref)] = block
