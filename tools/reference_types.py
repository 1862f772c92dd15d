"""Pages of providers: their blocks, resource types, data sources and ephemeral types."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reference_text import constraint, item, sentence, wrap

from vbrprov.config.blocks.resource import TYPE_ALIASES
from vbrprov.diag import SourceFile
from vbrprov.sdk import Attribute, BlockType, Schema
from vbrprov.sdk.model import READ_ONLY
from vbrprov.sdk.resource import ResourceType
from vbrprov.syntax import parse_config
from vbrprov.workflow.registry import ProviderRegistry

CHECKOUT = Path(__file__).resolve().parent.parent
#: Configuration that is wrong on purpose.
WRONG_EXAMPLES = {"forbidden"}
KINDS = {"managed": "resource", "data": "data", "ephemeral": "ephemeral"}


def heading(mode: str, type_name: str) -> str:
    """The heading of a type on its provider's page."""
    return type_name if mode == "managed" else f"{KINDS[mode]} {type_name}"


def find_type(registry: ProviderRegistry, provider: str, mode: str, type_name: str) -> Any:
    """A type of a provider."""
    look = {"managed": registry.resource_type, "data": registry.data_source,
            "ephemeral": registry.ephemeral_resource}[mode]
    return look(provider, type_name)


def provider_page(registry: ProviderRegistry, name: str) -> Iterator[str]:
    """The paragraphs of a provider's page."""
    found = registry.provider(name)
    assert found is not None
    yield wrap(found.doc)
    yield wrap("*Computed*: filled in by the provider. *Forces replacement*: a change makes a new "
               "object. *Write-only*: sent and not kept. *One-time*: told once, then kept as a "
               "fingerprint ([security.md](../../security.md)).")
    if name != "vbrprov":
        yield "## Provider block"
        yield from _schema(found.config().model.schema())
        yield from _example("provider", name)
    for mode, word in KINDS.items():
        for type_name in registry.type_names(name, mode):
            kind = find_type(registry, name, mode, type_name)
            yield f"## {heading(mode, type_name)}"
            yield wrap(f"{sentence(kind.doc)} [The vendor's page]({kind.source}).")
            if mode == "managed":
                yield from _facts(kind, type_name)
            yield from _schema(kind.model.schema())
            yield from _example(word, type_name)


def _facts(kind: ResourceType[Any, Any], type_name: str) -> Iterator[str]:
    if kind.not_applied:
        yield wrap(f"It can be declared and validated, not applied: {kind.not_applied}")
    words = [f"Also called `{alias}`." for alias, own in TYPE_ALIASES.items() if own == type_name]
    words.append(_import(kind))
    words.append(f"[Recovery class](../../reliability.md#after-a-crash): `{kind.recovery.value}`.")
    yield wrap(" ".join(words))


def _import(kind: ResourceType[Any, Any]) -> str:
    """Whether objects can be imported, and by which id: what the method says of itself."""
    if type(kind).import_state is ResourceType.import_state:
        return "Cannot be imported."
    text = (type(kind).import_state.__doc__ or "").partition("\n\n")[0].replace("``", "`")
    return f"[Import](../../import.md): {sentence(text)}"


def _schema(schema: Schema) -> Iterator[str]:
    rows = list(_rows(schema, 0))
    yield "\n".join(rows) if rows else "No arguments."


def _rows(schema: Schema, depth: int) -> Iterator[str]:
    for spec in sorted(schema.attributes.values(),
                       key=lambda a: (not a.required, a.computed_only, a.name)):
        yield item(_attribute(spec), depth)
    for nested in sorted(schema.blocks.values(), key=lambda b: (not b.min_items, b.name)):
        yield item(_block(nested), depth)
        yield from _rows(nested.model.schema(), depth + 1)


def _attribute(spec: Attribute) -> str:
    words = ["required" if spec.required else "computed" if spec.computed_only else "optional"]
    flags = {"computed": spec.computed and not spec.computed_only, "sensitive": spec.sensitive,
             "write-only": spec.write_only, "one-time": spec.one_time,
             "forces replacement": spec.replace_on_change}
    words += [word for word, given in flags.items() if given]
    text = f"`{spec.name}` (`{constraint(spec.type)}`, {', '.join(words)}): {sentence(spec.doc)}"
    if spec.choices:
        text += " One of " + ", ".join(f'`"{choice}"`' for choice in spec.choices) + "."
    if spec.unit:
        text += f" In {spec.unit}."
    if spec.default is not None and spec.default is not READ_ONLY:
        text += f" Default: `{_plain(spec.default)}`."
    return text + (f" [Source]({spec.source})." if spec.source else "")


def _plain(value: Any) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return json.dumps(int(value) if whole else value)


def _block(spec: BlockType) -> str:
    often = {"single": "block", "list": "blocks, in order", "set": "blocks"}[spec.nesting]
    words = [often, "required" if spec.min_items else "optional"]
    if spec.computed:
        words.append("computed")
    if spec.replace_on_change:
        words.append("forces replacement")
    if spec.nesting != "single" and spec.max_items:
        words.append(f"at most {spec.max_items}")
    text = f"`{spec.name}` ({', '.join(words)}): {sentence(spec.doc)}"
    return text + (f" [Source]({spec.source})." if spec.source else "")


def _example(keyword: str, label: str) -> Iterator[str]:
    """The first block of this kind in the examples, with a line on where it is from."""
    for path in sorted((CHECKOUT / "examples").rglob("*.vbr.hcl")):
        where = path.relative_to(CHECKOUT).as_posix()
        if where.split("/")[1] in WRONG_EXAMPLES:
            continue
        text = path.read_text(encoding="utf-8")
        body, _ = parse_config(SourceFile(where, text))
        for block in body.blocks:
            if block.type == keyword and block.labels and block.labels[0].text == label:
                yield f"From [{where}](../../../{where}):"
                yield f"```hcl\n{text[block.start:block.end]}\n```"
                return
