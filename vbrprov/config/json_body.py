"""JSON configuration files as the same tree that native files make."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.config.json_schema import TOP, BlockSpec, Reading
from vbrprov.config.late import COMMENT, dynamic_blocks
from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.syntax import ast
from vbrprov.syntax.json_expr import ExpressionMaker
from vbrprov.syntax.json_read import read_json
from vbrprov.syntax.json_tree import (
    JsonArray,
    JsonMember,
    JsonObject,
    JsonString,
    JsonValue,
    JsonWord,
)


def parse_json_config(source: SourceFile) -> tuple[ast.Body, Diagnostics]:
    """Parse a JSON configuration file: the same tree as of a native file."""
    return _parse(source, BlockSpec(blocks=TOP))


def parse_json_blocks(source: SourceFile,
                      blocks: dict[str, BlockSpec]) -> tuple[ast.Body, Diagnostics]:
    """Parse a JSON file of other blocks than those of a configuration."""
    return _parse(source, BlockSpec(blocks=blocks))


def parse_json_values(source: SourceFile) -> tuple[ast.Body, Diagnostics]:
    """Parse a JSON file of values of variables, in which strings are just text."""
    return _parse(source, BlockSpec(rest=Reading.LITERAL))


def _parse(source: SourceFile, spec: BlockSpec) -> tuple[ast.Body, Diagnostics]:
    try:
        return _whole(source, spec)
    except RecursionError:
        # The limit on nesting leaves ample room, unless the caller has used most of the stack up.
        diags = Diagnostics()
        diags.error("Nesting too deep", "The values in this file are nested too deep for the stack "
                    "that is left. Split them, for example into local values.", source.range(0, 1))
        return ast.Body(0, len(source.text), [], []), diags


def _whole(source: SourceFile, spec: BlockSpec) -> tuple[ast.Body, Diagnostics]:
    value, diags = read_json(source)
    nothing = ast.Body(0, len(source.text), [], [])
    if value is None:
        return nothing, diags
    if isinstance(value, JsonObject) or (spec.blocks and isinstance(value, JsonArray)):
        return _BodyMaker(source, diags).body(value, spec), diags
    diags.error("Root value must be object", "The root value in a JSON-based configuration must be "
                "either a JSON object or a JSON array of objects." if spec.blocks else
                "The root value of a JSON file of values must be a JSON object.",
                source.range(value.start, value.start + 1))
    return nothing, diags


class _BodyMaker:
    def __init__(self, source: SourceFile, diags: Diagnostics) -> None:
        self.source = source
        self.diags = diags
        self.make = ExpressionMaker(source, diags)

    def wrong_type(self, value: JsonValue, detail: str) -> None:
        """Report a value of a kind that cannot stand where it does."""
        end = value.start + 1 if isinstance(value, (JsonArray, JsonObject)) else value.end
        self.diags.error("Incorrect JSON value type", detail,
                         self.source.range(value.start, end))

    def body(self, value: JsonValue, spec: BlockSpec) -> ast.Body:
        """The arguments and blocks that an object, or an array of objects, holds."""
        out = ast.Body(value.start, value.end, [], [])
        seen: dict[str, JsonString] = {}
        for member in self._members(value, "to define arguments and child blocks"):
            name = member.name.value
            nested = spec.blocks.get(name)
            if name == COMMENT:
                continue
            if nested is not None:
                out.blocks.extend(self._blocks(member, member.value, nested, []))
            elif (first := seen.setdefault(name, member.name)) is not member.name:
                self.make.repeated("Duplicate argument", member.name, first)
            else:
                self._argument(member, spec, out)
        return out

    def _members(self, value: JsonValue, purpose: str) -> Iterator[JsonMember]:
        if isinstance(value, JsonObject):
            yield from value.members
        elif isinstance(value, JsonArray):
            for item in value.items:
                if isinstance(item, JsonObject):
                    yield from item.members
                else:
                    self.wrong_type(item, f"A JSON object is required here, {purpose}.")
        elif not _is_null(value):
            self.wrong_type(value, "Either a JSON object or a JSON array of objects is required "
                            f"here, {purpose}.")

    def _blocks(self, member: JsonMember, value: JsonValue, spec: BlockSpec,
                labels: list[JsonString]) -> Iterator[ast.Block]:
        kind = member.name.value
        if len(labels) < len(spec.labels):
            label = spec.labels[len(labels)]
            members = list(self._members(value, f"to specify the {label} of {kind} blocks"))
            if not members and isinstance(value, (JsonArray, JsonObject, JsonWord)):
                self.diags.error(
                    "Missing block label", "At least one object property is required, whose name "
                    f"represents the {kind} block's {label}.",
                    self.source.range(value.start, value.start + 1))
            for each in members:
                yield from self._blocks(member, each.value, spec, [*labels, each.name])
        elif isinstance(value, JsonArray):
            for item in value.items:
                yield self._block(member.name, item, spec, labels)
        elif isinstance(value, JsonObject):
            yield self._block(member.name, value, spec, labels)
        elif not _is_null(value):
            self.wrong_type(value, "Either a JSON object or a JSON array is required, representing "
                            f'the contents of one or more "{kind}" blocks.')

    def _block(self, name: JsonString, value: JsonValue, spec: BlockSpec,
               labels: list[JsonString]) -> ast.Block:
        # What a block's header is in the native syntax: here its innermost name.
        header = labels[-1] if labels else name
        body = self.body(value, spec)
        return ast.Block(header.start, value.end, name.value, header.end,
                         [ast.Label(each.start, each.end, each.value) for each in labels],
                         header.end, body)

    def _argument(self, member: JsonMember, spec: BlockSpec, out: ast.Body) -> None:
        name, value = member.name, member.value
        reading = spec.readings.get(name.value, spec.rest)
        if spec.blocks is TOP:
            # Not a type of block; whoever knows them all says so.
            nothing = ast.Body(value.start, value.end, [], [])
            out.blocks.append(ast.Block(name.start, value.end, name.value, name.end, [], name.end,
                                        nothing))
            return
        if reading is Reading.LATE:
            late = ast.JsonAttribute(name.start, value.end, name.value, name.end,
                                     self.make.template(value))
            if name.value == "dynamic":
                out.blocks.extend(dynamic_blocks(late, self._wrong_node))
            else:
                out.attributes.append(late)
            return
        make = {Reading.TEMPLATE: self.make.template, Reading.LITERAL: self.make.literal,
                Reading.CODE: self.make.code, Reading.CODE_MAP: self.make.code_map}[reading]
        out.attributes.append(
            ast.Attribute(name.start, value.end, name.value, name.end, make(value)))

    def _wrong_node(self, detail: str, start: int, end: int) -> None:
        self.diags.error("Incorrect JSON value type", detail, self.source.range(start, end))


def _is_null(value: JsonValue) -> bool:
    return isinstance(value, JsonWord) and value.value is None
