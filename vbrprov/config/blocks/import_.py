"""``import`` blocks: an object that exists is taken under management."""

from __future__ import annotations

from vbrprov.config.blocks.resource import provider_of
from vbrprov.config.model import Import, Module, ProviderRef
from vbrprov.config.provider_refs import provider_ref
from vbrprov.config.reader import BlockReader
from vbrprov.config.targets import address_parts


def decode(reader: BlockReader, module: Module) -> None:
    """Add an import to the root module."""
    if reader.labels() is None:
        return
    import_id, to = reader.required("id"), reader.required("to")
    for_each, given = reader.take("for_each"), reader.take("provider")
    reader.finish()
    if module.path:
        reader.diags.error("Invalid import configuration", "An import block was detected in "
                           f'"{".".join(f"module.{n}" for n in module.path)}". Import blocks are '
                           "only allowed in the root module.", reader.header)
        return
    target = address_parts(to, reader.diags) if to is not None else None
    if target is None or to is None or import_id is None:
        return
    if target.mode != "managed" or not target.type_name:
        reader.diags.error("Invalid import address", "Only managed resources can be imported.",
                           to.range)
        return
    provider = ProviderRef(provider_of(target.type_name))
    if given is not None:
        named = provider_ref(given)
        if named is None:
            reader.diags.error("Invalid provider reference", "The provider argument requires a "
                               "provider name, optionally followed by an alias and the key of an "
                               "instance: aws, aws.west or aws.by_region[each.key].", given.range)
            return
        provider = named
    module.imports.append(Import(
        target=target, to=to, id=import_id, for_each=for_each, provider=provider,
        range=reader.header, provider_range=given.range if given is not None else None))
