"""Native configurations rewritten in JSON, by the table that the reader of JSON uses."""

from __future__ import annotations

from typing import Any

from vbrprov.config.constants import constant
from vbrprov.config.json_schema import TOP, BlockSpec, Reading
from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.syntax import ast
from vbrprov.views.json.values import plain

_LATE = BlockSpec(rest=Reading.LATE)
_DYNAMIC = BlockSpec(labels=("type",), readings={"iterator": Reading.CODE},
                     blocks={"content": _LATE})


class Converter:
    """Rewrites one file."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source

    def file(self, body: ast.Body) -> dict[str, Any]:
        """The whole file."""
        return self._body(body, BlockSpec(blocks=TOP))

    def _text(self, node: ast.Node) -> str:
        return self.source.text[node.start:node.end]

    def _body(self, body: ast.Body, spec: BlockSpec) -> dict[str, Any]:
        out: dict[str, Any] = {
            item.name: self._value(item.expr, spec.readings.get(item.name, spec.rest))
            for item in body.attributes}
        for block in body.blocks:
            nested = spec.blocks.get(block.type) or (
                _DYNAMIC if block.type == "dynamic" else _LATE)
            inner: Any = self._body(block.body, nested)
            for label in reversed(block.labels):
                inner = {label.text: inner}
            out.setdefault(block.type, []).append(inner)
        return out

    def _value(self, node: Any, reading: Reading) -> Any:
        if reading is Reading.LITERAL:
            return plain(constant(node, self.source, Diagnostics()))
        if reading is Reading.CODE and type(node) is ast.Tuple:
            return [self._text(item) for item in node.items]
        if reading is Reading.CODE:
            return self._text(node)
        if reading is Reading.CODE_MAP:
            return {self._text(item.key): self._text(item.value) for item in node.items}
        return self._template(node)

    def _template(self, node: Any) -> Any:
        kind = type(node)
        if kind is ast.Literal:
            if isinstance(node.value, str):
                return node.value.replace("${", "$${").replace("%{", "%%{")
            return node.value
        if kind is ast.Tuple:
            return [self._template(item) for item in node.items]
        if kind is ast.Object and all(type(item.key) is ast.Literal for item in node.items):
            return {self._template(item.key): self._template(item.value) for item in node.items}
        return f"${{{self._text(node)}}}"
