"""``variable`` blocks."""

from __future__ import annotations

from vbrprov.config.constants import constant
from vbrprov.config.model import Module, Variable
from vbrprov.config.reader import BlockReader, duplicate
from vbrprov.config.references import attribute_path, references
from vbrprov.config.typeexpr import decode_type
from vbrprov.values import DYNAMIC

_RESERVED = (
    "source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals")


def decode(reader: BlockReader, module: Module) -> None:
    """Add a variable to the module."""
    labels = reader.labels("name")
    if labels is None:
        return
    name = labels[0]
    if name in _RESERVED:
        reader.diags.error("Invalid variable name", f'The variable name "{name}" is reserved due '
                           "to its special meaning inside module blocks.", reader.header)
        return
    given = reader.take("type")
    type_ = (decode_type(given.node, given.source, reader.diags, constant) if given else DYNAMIC)
    variable = Variable(
        name=name, range=reader.header, type=type_, type_given=given is not None,
        default=reader.take("default"),
        description=reader.literal("description", str, ""),
        sensitive=reader.literal("sensitive", bool, False),
        ephemeral=reader.literal("ephemeral", bool, False),
        nullable=reader.literal("nullable", bool, True),
        validations=reader.conditions("validation"),
    )
    reader.take("deprecated")
    reader.finish()
    if name in module.variables:
        duplicate(reader.diags, "variable declaration", name, reader.header,
                  module.variables[name].range, "A variable named")
        return
    module.variables[name] = variable
    for check in variable.validations:
        found = list(references(check.condition.node))
        if found and not any(ref.name == "var" and attribute_path(ref)[:1] == [name]
                             for ref in found):
            reader.diags.error("Invalid variable validation condition", f'The condition for the '
                               f'variable "{name}" must refer to var.{name}, in order to test '
                               "incoming values.", check.condition.range)
