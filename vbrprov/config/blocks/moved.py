"""``moved`` blocks: an object has another address now."""

from __future__ import annotations

from vbrprov.config.model import Module, Moved
from vbrprov.config.reader import BlockReader
from vbrprov.config.targets import static_address


def decode(reader: BlockReader, module: Module) -> None:
    """Add a move to the module; its addresses are relative to the module."""
    if reader.labels() is None:
        return
    given = reader.required("from"), reader.required("to")
    reader.finish()
    former, to = (static_address(e, reader.diags) if e is not None else None for e in given)
    if former is None or to is None:
        return
    if bool(former.type_name) != bool(to.type_name):
        reader.diags.error('Invalid "moved" addresses', 'The "from" and "to" addresses must either '
                           "both refer to resources or both refer to modules.", reader.header)
        return
    module.moved.append(Moved(former, to, reader.header))
