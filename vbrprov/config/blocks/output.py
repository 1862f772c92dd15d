"""``output`` blocks."""

from __future__ import annotations

from vbrprov.config.model import Module, OutputValue
from vbrprov.config.reader import BlockReader, duplicate
from vbrprov.config.traversals import take_depends_on


def decode(reader: BlockReader, module: Module) -> None:
    """Add an output value to the module."""
    labels = reader.labels("name")
    if labels is None:
        return
    value = reader.required("value")
    sensitive = reader.literal("sensitive", bool, False)
    ephemeral = reader.literal("ephemeral", bool, False)
    description = reader.literal("description", str, "")
    depends_on = take_depends_on(reader)
    preconditions = reader.conditions("precondition")
    reader.take("deprecated")
    reader.finish()
    if value is None:
        return
    if ephemeral and not module.path:
        reader.diags.error("Ephemeral output not allowed", "Ephemeral outputs are not allowed in "
                           "context of a root module.", reader.header)
    name = labels[0]
    if name in module.outputs:
        duplicate(reader.diags, "output definition", name, reader.header,
                  module.outputs[name].range, "An output named")
        return
    module.outputs[name] = OutputValue(
        name, reader.header, value, description, sensitive, ephemeral, depends_on, preconditions)
