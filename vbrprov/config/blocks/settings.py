"""``vbrprov`` blocks (``terraform`` is an alias)."""

from __future__ import annotations

import posixpath
from typing import Any

from msgspec.structs import replace

from vbrprov.config.blocks.encryption import decode_encryption
from vbrprov.config.model import Expression, Module
from vbrprov.config.overrides import is_override
from vbrprov.config.provider_refs import provider_ref
from vbrprov.config.reader import BlockReader
from vbrprov.config.required import check_required
from vbrprov.diag import SourceFile, SourceRange
from vbrprov.syntax import ast, parse_expression


def decode(reader: BlockReader, module: Module) -> None:
    """Merge the settings into the module's."""
    if reader.labels() is None:
        return
    settings = module.settings
    version = None
    if not reader.is_null("required_version"):
        version = reader.literal("required_version", str, None)
    if version is not None:
        settings = replace(settings, required_version=version,
                           required_version_range=reader.attribute_range("required_version"))
    for nested in reader.take_blocks("required_providers"):
        where = reader.source.range(nested.start, nested.header_end)
        first = settings.required_providers_range
        if first is not None and not is_override(posixpath.basename(where.filename)):
            reader.diags.error(
                "Duplicate required providers configuration", "A module may have only one required "
                "providers configuration. The required providers were previously configured at "
                f"{first.filename}:{first.start.line},{first.start.column}.", where,
                related=(("first configured here", first),))
        check_required(nested, reader)
        settings = replace(settings, required_providers_range=where)
        names = tuple(a.name for a in nested.body.attributes)
        settings = replace(
            settings, required_providers=settings.required_providers + names,
            configuration_aliases={**settings.configuration_aliases,
                                   **_aliases(nested, reader)})
    backends = reader.take_blocks("backend")
    for nested in backends:
        inner = BlockReader(nested, reader.source, reader.diags)
        labels = inner.labels("type")
        if labels is None:
            continue
        if settings.backend is not None:
            reader.diags.error("Duplicate backend configuration", "A module may have only one "
                               "backend configuration.", inner.header)
            continue
        settings = replace(settings, backend=(labels[0], inner.content()))
    encryption = reader.take_block("encryption")
    if encryption is not None:
        if settings.encryption is not None:
            reader.diags.error("Duplicate encryption configuration", "A module may have only one "
                               "encryption block.", reader.source.range(
                                   encryption.start, encryption.header_end),
                               related=(("the first one", settings.encryption.range),))
        else:
            settings = replace(settings, encryption=decode_encryption(encryption, reader))
    reader.take("experiments")
    reader.finish()
    module.settings = settings


def _aliases(required: ast.Block, reader: BlockReader) -> dict[str, SourceRange]:
    """The configurations that the module expects from its caller."""
    out: dict[str, SourceRange] = {}
    for requirement in required.body.attributes:
        node: Any = requirement.expr
        for item in node.items if type(node) is ast.Object else ():
            if _key_name(item.key) != "configuration_aliases":
                continue
            names: Any = item.value
            for alias in names.items if type(names) is ast.Tuple else ():
                ref = provider_ref(_written(alias, reader.source))
                where = reader.source.range(alias.start, alias.end)
                if ref is None or not ref.alias or ref.key is not None or (
                        ref.name != requirement.name):
                    reader.diags.error(
                        "Invalid configuration_aliases value", "Each element must be the name of "
                        f"the provider with an alias, such as {requirement.name}.west.", where)
                else:
                    out[str(ref)] = where
    return out


def _key_name(key: Any) -> str:
    if type(key) is ast.Ref and not key.steps:
        return str(key.name)
    return str(key.value) if type(key) is ast.Literal else ""


def _written(alias: ast.Expr, source: SourceFile) -> Expression:
    """A reference; JSON has it as a string."""
    if type(alias) is ast.Literal and isinstance(alias.value, str) and source.name.endswith(
            ".json"):
        text = SourceFile(source.name, alias.value)
        return Expression(parse_expression(text)[0], text)
    return Expression(alias, source)
