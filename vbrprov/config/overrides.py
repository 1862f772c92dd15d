"""Override files: ``override.vbr.hcl``, ``*_override.vbr.hcl`` and their JSON twins.

https://developer.hashicorp.com/terraform/language/files/override
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.syntax import ast
from vbrprov.syntax.relocate import SplicedSource, relocate

#: A block and the file it stands in.
Placed = tuple[ast.Block, SourceFile]

_SETTINGS: Final = ("vbrprov", "terraform")
#: Of each, an override takes the place of both.
_STORES: Final = ("backend", "cloud")
_INDEPENDENT: Final = ("moved", "removed", "import")
_CONDITIONS: Final = ("validation", "precondition", "postcondition")
_NO_DEPENDS_ON: Final = ("resource", "data", "ephemeral", "output", "module")
#: By type of block: what an override needs, and what it can override, in words.
_BASES: Final = {
    "variable": ("Missing base variable declaration to override", "variable", "declared"),
    "output": ("Missing base output definition to override", "output", "defined"),
    "module": ("Missing module call to override", "module call", "defined"),
    "resource": ("Missing resource to override", "resource", "defined"),
    "data": ("Missing data resource to override", "data resource", "defined"),
    "ephemeral": ("Missing ephemeral resource to override", "ephemeral resource", "defined"),
}


def is_override(name: str) -> bool:
    """Whether the file called *name* is an override file."""
    stem = name.partition(".vbr.")[0]
    return stem == "override" or stem.endswith("_override")


def override(base: Iterable[Placed], overriding: Iterable[Placed],
             diags: Diagnostics) -> list[Placed]:
    """The blocks of a module with those of one override file merged into them."""
    blocks = list(base)
    for block, source in overriding:
        if block.type == "locals":
            _locals(blocks, block, source, diags)
        elif block.type in _SETTINGS:
            _settings(blocks, block, source)
        elif block.type in _INDEPENDENT:
            diags.error(f"Cannot override '{block.type}' blocks", f"Blocks of type {block.type} "
                        "can appear only in normal files, not in override files.",
                        source.range(block.start, block.header_end))
        elif block.type == "check":
            diags.error("Can't override check blocks", "Override files cannot override check "
                        "blocks.", source.range(block.start, block.header_end))
        else:
            _named(blocks, block, source, diags)
    return blocks


def _named(blocks: list[Placed], block: ast.Block, source: SourceFile,
           diags: Diagnostics) -> None:
    """Merge a block into the one with the same type and labels."""
    wanted = _key(block)
    found = [i for i, (each, _) in enumerate(blocks) if _key(each) == wanted]
    if found:
        # With more than one there is an error anyway.
        blocks[found[0]] = _merged(*blocks[found[0]], block, source, diags)
        return
    where = source.range(block.start, block.header_end)
    alias = wanted[-1] if block.type == "provider" else ""
    name = block.labels[-1].text if block.labels else ""
    if alias:
        diags.error(
            "Missing base provider configuration for override", f"There is no {name} provider "
            f'configuration with the alias "{alias}". An override file can only override an '
            "aliased provider configuration that was already defined in a primary configuration "
            "file.", where)
    elif block.type in _BASES:
        summary, what, verb = _BASES[block.type]
        type_name = f"{block.labels[0].text} " if len(block.labels) > 1 else ""
        diags.error(
            summary, f'There is no {type_name}{what} named "{name}". An override file can only '
            f"override a {what} that was already {verb} in a primary configuration file.", where)
    else:
        # A provider without a block has an empty configuration; other types are judged later.
        blocks.append((block, source))


def _key(block: ast.Block) -> tuple[str, ...]:
    key = (block.type, *(label.text for label in block.labels))
    if block.type != "provider":
        return key
    alias: Any = next((a.expr for a in block.body.attributes if a.name == "alias"), None)
    return (*key, str(alias.value) if type(alias) is ast.Literal else "")


def _merged(base: ast.Block, base_source: SourceFile, block: ast.Block, source: SourceFile,
            diags: Diagnostics) -> Placed:
    """A block with what an override says put in place of what it says."""
    attributes = []
    for item in block.body.attributes:
        if item.name != "depends_on" or block.type not in _NO_DEPENDS_ON:
            attributes.append(item)
        elif not (type(item.expr) is ast.Tuple and not item.expr.items):
            diags.error("Unsupported override", "The depends_on argument may not be overridden.",
                        source.range(item.start, item.end))
    nested = _without_conditions(block, source, diags)
    spliced = SplicedSource(base_source, source)
    over = relocate(ast.Body(block.body.start, block.body.end, attributes, nested),
                    lambda offset: offset + spliced.base)
    merged = _merged_body(base.body, over)
    return ast.Block(base.start, base.end, base.type, base.type_end, base.labels, base.header_end,
                     merged), spliced


def _without_conditions(block: ast.Block, source: SourceFile,
                        diags: Diagnostics) -> list[ast.Block]:
    kept = []
    for each in block.body.blocks:
        if each.type in _CONDITIONS:
            diags.error(f"Can't override {each.type} blocks",
                        f'Override files cannot override "{each.type}" blocks.',
                        source.range(each.start, each.header_end))
            continue
        if each.type == "lifecycle":
            body = ast.Body(each.body.start, each.body.end, each.body.attributes,
                            _without_conditions(each, source, diags))
            each = _with_body(each, body)
        kept.append(each)
    return kept


def _with_body(block: ast.Block, body: ast.Body) -> ast.Block:
    return ast.Block(block.start, block.end, block.type, block.type_end, block.labels,
                     block.header_end, body)


def _merged_body(base: ast.Body, over: ast.Body) -> ast.Body:
    """Arguments replace arguments, and blocks replace all blocks of their type.

    Names of arguments and of types are not told apart: what one syntax writes as blocks may be an
    argument that turns out to be blocks in the other. ``lifecycle`` is merged by argument.
    """
    names = {item.name for item in over.attributes} | {_type(each) for each in over.blocks}
    there = next((each for each in base.blocks if each.type == "lifecycle"), None)
    over_blocks = [
        _with_body(each, _merged_body(there.body, each.body))
        if each.type == "lifecycle" and there is not None else each for each in over.blocks]
    return ast.Body(
        base.start, base.end,
        [item for item in base.attributes if item.name not in names] + over.attributes,
        [each for each in base.blocks if _type(each) not in names] + over_blocks)


def _type(block: ast.Block) -> str:
    """The type of a block, or of those that a ``dynamic`` block makes."""
    return block.labels[0].text if block.type == "dynamic" and block.labels else block.type


def _locals(blocks: list[Placed], block: ast.Block, source: SourceFile,
            diags: Diagnostics) -> None:
    """Replace local values one by one."""
    there = {item.name for each, _ in blocks if each.type == "locals"
             for item in each.body.attributes}
    known = []
    for item in block.body.attributes:
        if item.name in there:
            known.append(item)
        else:
            diags.error(
                "Missing base local value definition to override", "There is no local value named "
                f'"{item.name}". An override file can only override a local value that was already '
                "defined in a primary configuration file.", source.range(item.start, item.name_end))
    names = {item.name for item in known}
    _strip(blocks, ("locals",), names, set())
    body = ast.Body(block.body.start, block.body.end, known, block.body.blocks)
    blocks.append((_with_body(block, body), source))


def _settings(blocks: list[Placed], block: ast.Block, source: SourceFile) -> None:
    """Replace settings one by one, required providers by name, and where the state is kept."""
    names = {item.name for item in block.body.attributes}
    types = {each.type for each in block.body.blocks} - {"required_providers"}
    if types & set(_STORES):
        types |= set(_STORES)
    required = {item.name for each in block.body.blocks if each.type == "required_providers"
                for item in each.body.attributes}
    _strip(blocks, _SETTINGS, names, types)
    for i, (each, where) in enumerate(blocks):
        if each.type in _SETTINGS:
            inner = [(nested, where) for nested in each.body.blocks]
            _strip(inner, ("required_providers",), required, set())
            body = ast.Body(each.body.start, each.body.end, each.body.attributes,
                            [nested for nested, _ in inner])
            blocks[i] = (_with_body(each, body), where)
    blocks.append((block, source))


def _strip(blocks: list[Placed], types: Iterable[str], arguments: set[str],
           nested: set[str]) -> None:
    """Take arguments and nested blocks out of all blocks of some types."""
    for i, (each, where) in enumerate(blocks):
        if each.type in types:
            body = ast.Body(
                each.body.start, each.body.end,
                [item for item in each.body.attributes if item.name not in arguments],
                [inner for inner in each.body.blocks if inner.type not in nested])
            blocks[i] = (_with_body(each, body), where)
