"""Configuration for an object that exists: what a block would have to say to be that object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vbrprov.sdk.model import READ_ONLY, Attribute, BlockType, Schema, to_value
from vbrprov.syntax.hclwrite import Body, expression
from vbrprov.values import ListV, SetV, Value, bare, is_null, is_wholly_known, marks_deep, same

_SENSITIVE = "null # sensitive"
_WRITE_ONLY = "null # write-only"


def body_of(values: Mapping[str, Value], schema: Schema) -> Body:
    """The body of a block for an object with these *values*.

    Written is what is required, and what is set to something else than its default. What only the
    provider sets is left out; what must not be shown is null, with a comment that says so.
    """
    body = Body()
    for name, spec in sorted(schema.attributes.items()):
        text = _argument(values.get(name), spec)
        if text is not None:
            body.attributes[name] = text
    for name, nested in sorted(schema.blocks.items()):
        for item in _items(values.get(name), nested):
            inner = body_of(item, nested.model.schema())
            if inner.attributes or inner.blocks or not nested.computed:
                body.blocks.append((name, inner))
    return body


def _argument(value: Value, spec: Attribute) -> object:
    """What is written for an argument; ``None`` to leave it out."""
    if spec.computed_only:
        return None
    if spec.write_only:
        return _WRITE_ONLY
    if value is None or is_null(value):
        return "null" if spec.required else None
    if spec.sensitive or marks_deep(value):
        return _SENSITIVE
    if not is_wholly_known(value) or (not spec.required and _is_default(value, spec)):
        return None
    return expression(value)


def _is_default(value: Value, spec: Attribute) -> bool:
    if spec.default is None or spec.default is READ_ONLY:
        return False
    return bool(same(bare(value), to_value(spec.default, spec.type)))


def _items(value: Value, nested: BlockType) -> Iterator[Mapping[str, Value]]:
    inner = bare(value)
    if isinstance(inner, dict) and nested.nesting == "single":
        yield inner
    elif isinstance(inner, (ListV, SetV)):
        yield from (item for item in inner.items if isinstance(item, dict))
