"""Lists of references with fixed steps: ``depends_on`` and ``ignore_changes``."""

from __future__ import annotations

from typing import Any

from vbrprov.config.model import Expression
from vbrprov.config.reader import BlockReader
from vbrprov.diag import SourceFile
from vbrprov.syntax import ast, parse_expression
from vbrprov.syntax.relocate import EmbeddedSource

#: What the steps of a reference in ``depends_on`` may begin with, and how many make an object.
_OBJECTS = {"var": 1, "local": 1, "data": 2, "ephemeral": 2, "path": 1, "terraform": 1}


def fixed_reference(item: ast.Expr, reader: BlockReader) -> Expression | None:
    """A reference with fixed steps; ``None`` (reported) for anything else.

    One in quotes, as in old versions of the language, is taken out of them with a warning.
    """
    source: SourceFile = reader.source
    where = source.range(item.start, item.end)
    node: Any = item
    if type(item) is ast.Literal and isinstance(item.value, str):
        begin = item.start + 1
        source = EmbeddedSource(source, item.value, lambda offset: begin + offset)
        node, found = parse_expression(source)
        reader.diags.warning(
            "Quoted references are deprecated", "In this context, references are expected "
            "literally rather than in quotes. Remove the quotes surrounding this reference to "
            "silence this warning.", where)
        if found.has_errors:
            reader.diags.extend(found)
            return None
    if type(node) is not ast.Ref or not all(
            type(step) is ast.AttrStep or (type(step) is ast.IndexStep and type(step.key) in (
                ast.Literal, ast.Number)) for step in node.steps):
        reader.diags.error(
            "Invalid expression", "A single static variable reference is required: only attribute "
            "access and indexing with constant keys. No calculations, function calls, template "
            "expressions, etc are allowed here.", where)
        return None
    return Expression(node, source)


def take_depends_on(reader: BlockReader) -> tuple[Expression, ...]:
    """The argument ``depends_on``: references to whole objects."""
    out = []
    for given in reader.expressions("depends_on"):
        found = fixed_reference(given.node, reader)
        if found is not None and _is_whole(found.node, given, reader):
            out.append(found)
    return tuple(out)


def _is_whole(node: Any, given: Expression, reader: BlockReader) -> bool:
    """Whether an element names an object, and not something in it."""
    if node.name in ("each", "count", "self"):
        reader.diags.error("Invalid depends_on reference", "References in depends_on must be to a "
                           f'whole object (resource, etc). "{node.name}" is about one instance, '
                           "and depends_on is about all of them.", given.range)
        return False
    steps = list(node.steps[_OBJECTS.get(node.name, 1):])
    if steps and type(steps[0]) is ast.IndexStep and node.name not in ("var", "local"):
        del steps[0]
    # An output stands for the whole module call, as in the releases before 0.13.
    if steps and not (node.name == "module" and len(steps) == 1):
        reader.diags.error("Invalid depends_on reference", "References in depends_on must be to a "
                           "whole object (resource, etc), not to an attribute of an object.",
                           given.range)
        return False
    return True
