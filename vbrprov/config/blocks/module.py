"""``module`` blocks."""

from __future__ import annotations

from typing import Any

from vbrprov.config.model import Expression, Module, ModuleCall, ProviderRef
from vbrprov.config.provider_refs import provider_ref
from vbrprov.config.reader import BlockReader, duplicate, traversal_names
from vbrprov.config.traversals import take_depends_on
from vbrprov.diag import SourceRange
from vbrprov.syntax import ast


def decode(reader: BlockReader, module: Module) -> None:
    """Add a module call to the module."""
    labels = reader.labels("name")
    if labels is None:
        return
    name = labels[0]
    where = reader.attribute_range("source")
    source, early_source = _text(reader.required("source"))
    version, early_version = _text(reader.take("version"))
    count, for_each = reader.take("count"), reader.take("for_each")
    if count and for_each:
        reader.diags.error('Invalid combination of "count" and "for_each"', 'The "count" and '
                           '"for_each" meta-arguments are mutually exclusive.', for_each.range)
    depends_on = take_depends_on(reader)
    providers, provider_ranges = provider_map(reader)
    content = reader.content()
    for nested in content.blocks:
        reader.diags.error("Unsupported block type", f'Blocks of type "{nested.type}" are not '
                           "expected in a module block; its arguments are the module's variables.",
                           reader.source.range(nested.start, nested.type_end))
    call = ModuleCall(
        name=name, range=reader.header, source=source,
        arguments={a.name: Expression(a.expr, reader.source) for a in content.attributes},
        argument_ranges={a.name: reader.range(a) for a in content.attributes},
        count=count, for_each=for_each, depends_on=depends_on, providers=providers,
        provider_ranges=provider_ranges, source_expression=early_source, version=version,
        version_expression=early_version, source_range=where)
    if name in module.calls:
        duplicate(reader.diags, "module call", name, reader.header, module.calls[name].range,
                  "A module call named")
        return
    module.calls[name] = call


def _text(given: Expression | None) -> tuple[str, Expression | None]:
    """A plain string as it is, anything else as an expression to be evaluated early."""
    node: Any = given.node if given else None
    if type(node) is ast.Literal and isinstance(node.value, str):
        return node.value, None
    return "", given


def provider_map(
    reader: BlockReader,
) -> tuple[dict[str, ProviderRef], dict[str, SourceRange]]:
    """The ``providers`` argument: names inside the module, what they are outside, and where."""
    given = reader.take("providers")
    out: dict[str, ProviderRef] = {}
    ranges: dict[str, SourceRange] = {}
    if given is None:
        return out, ranges
    node: Any = given.node
    if type(node) is not ast.Object:
        reader.diags.error("Invalid providers map", "Write a map from the provider names inside "
                           "the module to provider configurations here: { aws = aws.west }.",
                           given.range)
        return out, ranges
    for item in node.items:
        key = item.key
        inside = key.value if type(key) is ast.Literal else ".".join(
            traversal_names(Expression(key, reader.source)) or [])
        ref = provider_ref(Expression(item.value, reader.source))
        if not isinstance(inside, str) or not inside or inside.count(".") > 1 or ref is None:
            reader.diags.error("Invalid provider configuration reference",
                               "Inside the module a provider configuration is named as NAME or "
                               "NAME.ALIAS; the one passed for it may also have an instance key: "
                               "NAME.ALIAS[KEY].", reader.source.range(item.start, item.end))
            continue
        if inside in out:
            reader.diags.error("Duplicate provider address", f"A provider configuration was "
                               f'already passed to "{inside}". Each name can be assigned once.',
                               reader.source.range(item.start, item.end))
            continue
        out[inside] = ref
        ranges[inside] = reader.source.range(item.start, item.end)
    return out, ranges
