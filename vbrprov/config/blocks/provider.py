"""``provider`` blocks."""

from __future__ import annotations

from vbrprov.config.model import Module, ProviderBlock, ProviderRef
from vbrprov.config.provider_refs import provider_named
from vbrprov.config.reader import BlockReader, duplicate, is_identifier

#: ``for_each`` is reserved in Terraform too, but here it works.
_RESERVED = ("count", "depends_on", "source")


def decode(reader: BlockReader, module: Module) -> None:
    """Add a provider configuration to the module."""
    labels = reader.labels("name")
    if labels is None:
        return
    alias = reader.literal("alias", str, None)
    if alias is None:
        alias = ""
    elif not is_identifier(alias):
        reader.diags.error("Invalid provider configuration alias", "An alias must be a valid name. "
                           "A name must start with a letter or underscore and may contain only "
                           "letters, digits, underscores, and dashes.",
                           reader.attribute_range("alias"))
        return
    for name in _RESERVED:
        if reader.take(name) is not None:
            reader.diags.error(
                "Reserved argument name in provider block", f'The provider argument name "{name}" '
                "is reserved for use by vbrprov in a future version.",
                reader.attribute_range(name))
    reader.take("version")
    ref = ProviderRef(provider_named(labels[0]), alias)
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
