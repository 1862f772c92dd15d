"""``resource`` and ``data`` blocks with their meta-arguments."""

from __future__ import annotations

import re
from typing import Any

from vbrprov.config.model import (
    AttestBlock,
    Expression,
    Lifecycle,
    Module,
    ProviderRef,
    Resource,
)
from vbrprov.config.provider_refs import provider_ref
from vbrprov.config.reader import BlockReader
from vbrprov.config.traversals import fixed_reference, take_depends_on
from vbrprov.config.triggers import check_triggers
from vbrprov.diag import SourceRange
from vbrprov.sdk.notes import Suppression
from vbrprov.syntax import ast

#: Other names under which a type may be written.
TYPE_ALIASES = {"terraform_data": "vbrprov_data"}


def decode(reader: BlockReader, module: Module) -> None:
    """Add a resource or data source to the module."""
    labels = reader.labels("type", "name")
    if labels is None:
        return
    mode = "data" if reader.block.type == "data" else "managed"
    type_name, name = labels
    count, for_each = decode_repetition(reader)
    depends_on = take_depends_on(reader)
    provider, provider_range = decode_provider(reader, type_name)
    lifecycle = _lifecycle(reader)
    attests = tuple(
        AttestBlock(BlockReader(b, reader.source, reader.diags).content(),
                    reader.source.range(b.start, b.header_end))
        for b in reader.take_blocks("attest"))
    resource = Resource(
        mode=mode, type=type_name, name=name, content=reader.content(), range=reader.header,
        type_range=reader.range(reader.block.labels[0]), provider=provider,
        provider_range=provider_range, count=count, for_each=for_each, depends_on=depends_on,
        lifecycle=lifecycle, attestations=attests, suppressions=_suppressions(reader))
    first = module.resources.get(resource.key) or next(
        (c.data for c in module.checks.values() if c.data and c.data.key == resource.key), None)
    if first is not None:
        reader.duplicate_resource("data" if mode == "data" else "resource", resource, first)
        return
    module.resources[resource.key] = resource


def provider_of(type_name: str) -> str:
    """The local name of the provider that a resource type belongs to by its prefix."""
    if type_name in TYPE_ALIASES:
        return "vbrprov"
    return type_name.partition("_")[0]


def decode_repetition(reader: BlockReader) -> tuple[Expression | None, Expression | None]:
    """``count`` and ``for_each``, of which a block has one at most."""
    count, for_each = reader.take("count"), reader.take("for_each")
    if count and for_each:
        reader.diags.error('Invalid combination of "count" and "for_each"', 'The "count" and '
                           '"for_each" meta-arguments are mutually exclusive, only one should be '
                           "used to be explicit about the number of resources to be created.",
                           for_each.range)
    return count, for_each


def decode_provider(reader: BlockReader, type_name: str) -> tuple[ProviderRef, Any]:
    """The provider configuration of a block, and where it is named."""
    given = reader.take("provider")
    if given is None:
        return ProviderRef(provider_of(type_name)), None
    if type(given.node) is ast.Literal and isinstance(given.node.value, str):
        given = fixed_reference(given.node, reader) or given
    ref = provider_ref(given)
    if ref is None:
        reader.diags.error("Invalid provider reference", "The provider argument requires a "
                           "provider name, optionally followed by an alias and the key of an "
                           "instance: aws, aws.west or aws.by_region[each.key].", given.range)
        return ProviderRef(provider_of(type_name)), None
    return ref, given.range


def _lifecycle(reader: BlockReader) -> Lifecycle:
    block = reader.take_block("lifecycle")
    if block is None:
        return Lifecycle()
    inner = BlockReader(block, reader.source, reader.diags)
    inner.labels()
    ignore_all, ignore, ignored_at = _ignore_changes(inner)
    lifecycle = Lifecycle(
        create_before_destroy=inner.literal("create_before_destroy", bool, None),
        prevent_destroy=_prevent_destroy(inner),
        ignore_changes=ignore, ignored_at=ignored_at, ignore_all=ignore_all,
        replace_triggered_by=inner.expressions("replace_triggered_by"),
        preconditions=inner.conditions("precondition"),
        postconditions=inner.conditions("postcondition"),
        destroy=inner.literal("destroy", bool, True),
        enabled=inner.take("enabled"),
    )
    inner.finish()
    check_triggers(lifecycle.replace_triggered_by, reader.diags)
    return lifecycle


def _prevent_destroy(inner: BlockReader) -> Expression | None:
    """An expression of any kind; what is written out must be true or false."""
    given = inner.take("prevent_destroy")
    if given is None:
        return None
    node: Any = given.node
    written = type(node) in (ast.Literal, ast.Number)
    if written and getattr(node, "value", None) not in ("true", "false") and (
            type(getattr(node, "value", None)) is not bool):
        inner.diags.error("Unsuitable value type", 'The value of "prevent_destroy" must be true or '
                          "false.", given.range)
        return None
    return given


def _ignore_changes(inner: BlockReader) -> tuple[bool, tuple[tuple[str, ...], ...],
                                                 tuple[SourceRange, ...]]:
    """Whether all is ignored; else the paths that are, and where each stands."""
    given = inner.take("ignore_changes")
    if given is None:
        return False, (), ()
    node: Any = given.node
    if type(node) is ast.Ref and node.name == "all" and not node.steps:
        return True, (), ()
    if type(node) is not ast.Tuple:
        inner.diags.error("Invalid expression", "The value of ignore_changes must be a list of "
                          "attribute names, or the keyword all.", given.range)
        return False, (), ()
    paths = []
    places = []
    for item in node.items:
        where = inner.source.range(item.start, item.end)
        if type(item) is ast.Literal and item.value == "*":
            inner.diags.error("Invalid ignore_changes wildcard", 'The ["*"] form of ignore_changes '
                              'wildcard is now invalid. Use "ignore_changes = all" to ignore '
                              "changes to all attributes.", where)
            continue
        found = fixed_reference(item, inner)
        if found is not None:
            paths.append(_path(found.node))
            places.append(where)
    return False, tuple(paths), tuple(places)


def _path(node: Any) -> tuple[str, ...]:
    return (node.name, *(
        step.name if type(step) is ast.AttrStep
        else str(step.key.value if type(step.key) is ast.Literal else step.key.text)
        for step in node.steps))


#: In JSON a comment is a property named ``//``, and quotes in it have backslashes.
_IGNORE = re.compile(r'(?:#|//)(?:"\s*:\s*")?\s*vbrprov:ignore\s+(VBR\d{3})'
                     r'(?:\s+reason\s*=\s*\\?"([^"\n]*?)\\?")?')


def _suppressions(reader: BlockReader) -> tuple[Suppression, ...]:
    """``# vbrprov:ignore VBR014 reason="..."`` right above the block or inside it."""
    if not reader.source.mentions("vbrprov:ignore"):
        return ()
    text = reader.source.text
    begin = text.rfind("\n", 0, reader.block.start) + 1
    if text[begin:reader.block.start].strip():
        # Other blocks before it on its line, as in JSON without line ends.
        begin = reader.block.start
    while begin > 0 and text[begin - 1] == "\n":
        line_start = text.rfind("\n", 0, begin - 1) + 1
        if not text[line_start:begin].lstrip().startswith(("#", "//")):
            break
        begin = line_start
    stretch = text[begin:reader.block.end]
    return tuple(
        Suppression(m[1], m[2] or "", reader.source.range(begin + m.start(), begin + m.end()))
        for m in _IGNORE.finditer(stretch))


def meta_expressions(resource: Resource) -> list[Expression]:
    """Expressions of the meta-arguments that are evaluated once for the whole block."""
    found = [resource.count, resource.for_each, resource.lifecycle.enabled,
             resource.lifecycle.prevent_destroy]
    return [e for e in found if e is not None]
