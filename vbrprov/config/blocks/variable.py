"""``variable`` blocks."""

from __future__ import annotations

from vbrprov.config.constants import constant
from vbrprov.config.model import Module, Variable
from vbrprov.config.reader import BlockReader, duplicate
from vbrprov.config.references import attribute_path, references
from vbrprov.config.typeexpr import decode_type
from vbrprov.diag import Diagnostics
from vbrprov.values import DYNAMIC, is_null

_RESERVED = (
    "source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals",
    "provider")


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
    _check_default(variable, reader)
    _check_validations(variable, reader)
    if name in module.variables:
        duplicate(reader.diags, "variable declaration", name, reader.header,
                  module.variables[name].range, "A variable named")
        return
    module.variables[name] = variable


def _check_default(variable: Variable, reader: BlockReader) -> None:
    """A null is no default for a variable that must not be null."""
    if variable.default is None or variable.nullable:
        return
    fixed = Diagnostics()
    value = constant(variable.default.node, variable.default.source, fixed)
    if not fixed.has_errors and is_null(value):
        reader.diags.error("Invalid default value for variable", "A null default value is not "
                           "valid when nullable=false.", variable.default.range)


def _check_validations(variable: Variable, reader: BlockReader) -> None:
    """Each must be about the value of this variable."""
    for validation in variable.validations:
        found = references(validation.condition.node)
        if not any(ref.name == "var" and attribute_path(ref)[:1] == [variable.name]
                   for ref in found):
            reader.diags.error(
                "Invalid variable validation condition", "The condition for variable "
                f'"{variable.name}" must refer to var.{variable.name} in order to test incoming '
                "values.", validation.condition.range)
