"""``removed`` blocks: an object is no longer managed, and destroyed or not."""

from __future__ import annotations

from vbrprov.config.model import Expression, Module, Removed
from vbrprov.config.reader import BlockReader
from vbrprov.config.targets import static_address


def decode(reader: BlockReader, module: Module) -> None:
    """Add a removal to the module; the first of two for one address counts."""
    if reader.labels() is None:
        return
    given = reader.required("from")
    destroy = True
    nested = reader.take_block("lifecycle")
    if nested is not None:
        inner = BlockReader(nested, reader.source, reader.diags)
        inner.labels()
        destroy = inner.literal("destroy", bool, True)
        inner.finish()
    reader.finish()
    if given is not None:
        _add(given, destroy, reader, module)


def _add(given: Expression, destroy: bool, reader: BlockReader, module: Module) -> None:
    address = static_address(given, reader.diags)
    if address is None:
        return
    if any(key is not None for _, key in address.module):
        reader.diags.error("Module instance keys not allowed", "Module address must be a module "
                           '(e.g. "module.foo"), not a module instance (e.g. "module.foo[1]").',
                           given.range)
    elif address.key is not None:
        reader.diags.error("Resource instance keys not allowed", "Resource address must be a "
                           'resource (e.g. "vbrprov_data.foo"), not a resource instance (e.g. '
                           '"vbrprov_data.foo[1]").', given.range)
    elif address.mode == "data":
        reader.diags.error("Data source address not allowed", "Data sources are never destroyed, "
                           "so they are not valid targets of removed blocks. To remove the data "
                           "source from the state, remove its block from the configuration.",
                           given.range)
    elif all(address != other.former for other in module.removed):
        module.removed.append(Removed(address, destroy, reader.header))
