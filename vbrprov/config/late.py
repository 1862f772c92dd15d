"""Properties of JSON bodies that turn out to be blocks once the schema of the body is known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from vbrprov.syntax import ast

#: A property of this name is a comment, wherever arguments and blocks stand.
COMMENT = "//"
#: Takes what is wrong, and the offsets of the place.
Report = Callable[[str, int, int], None]


def resolve(attributes: Sequence[ast.Attribute], blocks: Sequence[ast.Block],
            block_types: Collection[str], report: Report,
            ) -> tuple[Sequence[ast.Attribute], Sequence[ast.Block]]:
    """A body's arguments and blocks, when *block_types* are the names that mean blocks.

    Bodies of native files come back as they are.
    """
    if not any(type(item) is ast.JsonAttribute for item in attributes):
        return attributes, blocks
    kept: list[ast.Attribute] = []
    found = list(blocks)
    for item in attributes:
        if type(item) is not ast.JsonAttribute:
            kept.append(item)
        elif item.name == "dynamic":
            found += dynamic_blocks(item, report)
        elif item.name in block_types:
            found += _blocks(item, item.name, [], report)
        else:
            kept.append(item)
    return kept, found


def dynamic_blocks(item: ast.JsonAttribute, report: Report) -> Iterator[ast.Block]:
    """The ``dynamic`` blocks that a property of that name holds."""
    for label in _properties(item.expr, "to specify the types of dynamic blocks", report):
        labels = [ast.Label(label.start, label.name_end, label.name)]
        for block in _blocks(label, "dynamic", labels, report):
            attributes = [_iterator(a) for a in block.body.attributes if a.name != "content"]
            contents = [b for a in block.body.attributes if a.name == "content"
                        for b in _blocks(a, "content", [], report)]
            body = ast.Body(block.body.start, block.body.end, attributes, contents)
            yield ast.Block(block.start, block.end, "dynamic", block.type_end, labels,
                            block.header_end, body)


def _iterator(item: ast.Attribute) -> ast.Attribute:
    """The name of an iterator is a word in the native syntax."""
    node: Any = item.expr
    if item.name == "iterator" and type(node) is ast.Literal and isinstance(node.value, str):
        node = ast.Ref(node.start, node.end, node.value, node.end, [])
    return ast.Attribute(item.start, item.end, item.name, item.name_end, node)


def late_blocks(item: ast.JsonAttribute) -> Iterator[ast.Block]:
    """The ``dynamic`` blocks anywhere in a property, as far as the shape alone shows them."""
    for dynamic, _ in _split(item.name, item.expr):
        yield from dynamic


def late_expressions(item: ast.JsonAttribute) -> Iterator[ast.Expr]:
    """The expressions of a property outside of the ``dynamic`` blocks in it."""
    for _, expr in _split(item.name, item.expr):
        if expr is not None:
            yield expr


def _split(name: Any, node: Any) -> Iterator[tuple[list[ast.Block], ast.Expr | None]]:
    kind = type(node)
    if name == "dynamic":
        whole = ast.JsonAttribute(node.start, node.end, name, node.start, node)
        dynamic = list(dynamic_blocks(whole, _ignore))
        if dynamic and all(block.body.blocks for block in dynamic):
            yield dynamic, None
            return
    if kind is ast.Tuple:
        for each in node.items:
            yield from _split("", each)
    elif kind is ast.Object:
        for pair in node.items:
            fixed = type(pair.key) is ast.Literal
            if not fixed:
                yield [], pair.key
            yield from _split(pair.key.value if fixed else "", pair.value)
    else:
        yield [], node


def _ignore(detail: str, start: int, end: int) -> None:
    """What is wrong with a block is said where its schema is known."""


def _blocks(item: ast.Attribute, kind: str, labels: list[ast.Label],
            report: Report) -> list[ast.Block]:
    """The blocks that the object, array or null behind the name *item* stands for."""
    value: Any = item.expr
    if type(value) is ast.Literal and value.value is None:
        return []
    if type(value) is not ast.Tuple and type(value) is not ast.Object:
        report("Either a JSON object or a JSON array is required, representing the contents of one "
               f'or more "{kind}" blocks.', value.start, value.end)
        return []
    bodies = value.items if type(value) is ast.Tuple else [value]
    return [ast.Block(item.start, each.end, kind, item.name_end, labels, item.name_end,
                      _body(each, report)) for each in bodies]


def _body(value: Any, report: Report) -> ast.Body:
    properties = _properties(value, "to define arguments and child blocks", report)
    return ast.Body(value.start, value.end, list(properties), [])


def _properties(value: Any, purpose: str, report: Report) -> list[ast.JsonAttribute]:
    out: list[ast.JsonAttribute] = []
    for each in value.items if type(value) is ast.Tuple else [value]:
        if type(each) is ast.Object:
            out += [found for found in map(_attribute, each.items) if found.name != COMMENT]
        elif not (type(each) is ast.Literal and each.value is None):
            report(f"A JSON object is required here, {purpose}.", each.start, each.end)
    return out


def _attribute(pair: ast.ObjectItem) -> ast.JsonAttribute:
    key: Any = pair.key
    # A name with a template in it is no name of an argument or block.
    name = str(key.value) if type(key) is ast.Literal else "${...}"
    return ast.JsonAttribute(key.start, pair.end, name, key.end, pair.value)
