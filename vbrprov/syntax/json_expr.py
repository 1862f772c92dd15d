"""JSON values as expressions: the part of HCL's JSON syntax that needs no schema.

https://github.com/hashicorp/hcl/blob/main/json/spec.md
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from msgspec.structs import replace

from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.syntax import ast, parse_expression, parse_template
from vbrprov.syntax.json_tree import (
    JsonArray,
    JsonNumber,
    JsonObject,
    JsonString,
    JsonValue,
)
from vbrprov.syntax.limits import MAX_NESTING, Limits
from vbrprov.syntax.relocate import EmbeddedSource, relocate
from vbrprov.values.nfc import nfc

#: As in ``ast.Literal``.
_LARGEST: Final = 1 << 63


class _Parse(Protocol):
    def __call__(
        self, source: SourceFile, *, limits: Limits
    ) -> tuple[ast.Expr, Diagnostics]: ...


class ExpressionMaker:
    """Makes expressions of the values of one file."""

    def __init__(self, source: SourceFile, diags: Diagnostics) -> None:
        self.source = source
        self.diags = diags
        self._depth = 0

    def template(self, value: JsonValue) -> ast.Expr:
        """An expression whose strings, and names in objects, are templates."""
        return self._make(value, self._template_string)

    def literal(self, value: JsonValue) -> ast.Expr:
        """An expression whose strings stand for themselves, whatever they hold."""
        return self._make(value, _literal_string)

    def code(self, value: JsonValue) -> ast.Expr:
        """An expression whose strings, also those in a list, are expressions or addresses."""
        return self._make(value, self._code_string)

    def code_map(self, value: JsonValue) -> ast.Expr:
        """An object of which both the names and the values are addresses."""
        if not isinstance(value, JsonObject):
            return self.template(value)
        self._check_repeats(value)
        return ast.Object(value.start, value.end, [
            ast.ObjectItem(m.name.start, m.value.end, self._code_string(m.name), self.code(m.value))
            for m in value.members])

    def _make(self, value: JsonValue, string: Callable[[JsonString], ast.Expr]) -> ast.Expr:
        if isinstance(value, JsonString):
            return string(value)
        if isinstance(value, JsonNumber):
            return _number(value)
        if not isinstance(value, (JsonArray, JsonObject)):
            return ast.Literal(value.start, value.end, value.value)
        self._depth += 1
        if isinstance(value, JsonArray):
            out: ast.Expr = ast.Tuple(
                value.start, value.end, [self._make(v, string) for v in value.items])
        else:
            self._check_repeats(value)
            out = ast.Object(value.start, value.end, [
                ast.ObjectItem(m.name.start, m.value.end, string(m.name),
                               self._make(m.value, string)) for m in value.members])
        self._depth -= 1
        return out

    def _check_repeats(self, value: JsonObject) -> None:
        seen: dict[str, JsonString] = {}
        for member in value.members:
            name = member.name.value
            first = seen.setdefault(name, member.name)
            if first is not member.name:
                self.repeated("Duplicate object attribute", member.name, first)

    def repeated(self, summary: str, name: JsonString, first: JsonString) -> None:
        """Report a name that its object holds already."""
        place = self.source.range(first.start, first.end)
        self.diags.error(
            summary, f'The property "{name.value}" was already set at {place.filename}:'
            f"{place.start.line},{place.start.column}.", self.source.range(name.start, name.end),
            related=(("first set here", place),))

    def _template_string(self, value: JsonString) -> ast.Expr:
        if "${" not in value.value and "%{" not in value.value:
            return _literal_string(value)
        # As in the native syntax, the quotes are part of it.
        return replace(self._embedded(value, parse_template), start=value.start, end=value.end)

    def _code_string(self, value: JsonString) -> ast.Expr:
        text = value.value
        if not (text.startswith("${") and text.endswith("}")):
            return self._embedded(value, parse_expression)
        self.diags.error(
            "Invalid expression", "Templates are not allowed here. Write the address or type by "
            f'itself, without "${{" and "}}": "{text[2:-1].strip()}".',
            self.source.range(value.start, value.end))
        return ast.Literal(value.start, value.end, None)

    def _embedded(self, value: JsonString, parse: _Parse) -> ast.Expr:
        inner = EmbeddedSource(self.source, value.value, value.offset)
        # Readers of the tree recurse through both.
        node, found = parse(inner, limits=Limits(nesting=max(1, MAX_NESTING - self._depth)))
        self.diags.extend(found)
        return relocate(node, value.offset)


def _literal_string(value: JsonString) -> ast.Expr:
    text = value.value
    return ast.Literal(value.start, value.end, nfc(text))


def _number(value: JsonNumber) -> ast.Expr:
    start = value.start
    text = value.text.removeprefix("-")
    if text is not value.text:
        start += 1
    node: ast.Expr = ast.Number(start, value.end, text)
    if text.isdecimal() and (whole := int(text)) < _LARGEST:
        node = ast.Literal(start, value.end, whole)
    return node if start == value.start else ast.Unary(value.start, value.end, "-", node)
