"""What expressions are worth: one method for each kind of node."""

from __future__ import annotations

import datetime
from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from vbrprov_veeam.doubles.powershell import dotnet
from vbrprov_veeam.doubles.powershell.nodes import (
    all_deep,
    children,
    listed,
    operator,
    single,
    text_of,
)
from vbrprov_veeam.doubles.powershell.values import (
    ScriptError,
    Table,
    as_list,
    collapse,
    same,
    text,
    truth,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_HERE_START, _HERE_END = 3, 3


class UnknownSyntaxError(Exception):
    """The script uses something that this PowerShell does not know."""


class Expressions:
    """Works out expressions; statements inside them are somebody else's."""

    @abstractmethod
    def _get(self, name: str) -> Any:
        """The value of a variable."""

    @abstractmethod
    def _statements(self, node: Node) -> Iterator[Any]:
        """What the statements below a node put out."""

    @abstractmethod
    def _statement(self, node: Node) -> Iterator[Any]:
        """What one statement puts out."""

    @abstractmethod
    def _pipeline_value(self, node: Node) -> Any:
        """A pipeline as a value."""

    def _value(self, node: Node) -> Any:
        node = single(node)
        kind = node.type
        handler = getattr(self, f"_v_{kind}", None)
        if handler is None:
            raise UnknownSyntaxError(f"expression {kind}: {text_of(node)[:60]}")
        return handler(node)

    def _v_variable(self, node: Node) -> Any:
        return self._get(text_of(node)[1:])

    def _v_decimal_integer_literal(self, node: Node) -> int:
        return int(text_of(node))

    def _v_verbatim_string_characters(self, node: Node) -> str:
        return text_of(node)[1:-1].replace("''", "'")

    def _v_verbatim_here_string_characters(self, node: Node) -> str:
        return text_of(node)[_HERE_START:-_HERE_END]

    def _v_expandable_string_literal(self, node: Node) -> str:
        source, at = text_of(node), node.start_byte
        raw = source.encode()
        out, done = [], 1
        for child in node.named_children:
            out.append(raw[done:child.start_byte - at].decode())
            out.append(text(self._value(child)))
            done = child.end_byte - at
        out.append(raw[done:-1].decode())
        if "`" in source:
            raise UnknownSyntaxError(f"escape in {source}")
        return "".join(out)

    def _v_sub_expression(self, node: Node) -> Any:
        return collapse(list(self._statements(node)))

    def _v_parenthesized_expression(self, node: Node) -> Any:
        return self._pipeline_value(node.named_children[0])

    def _v_array_expression(self, node: Node) -> list[Any]:
        return list(self._statements(node))

    def _v_command_name(self, node: Node) -> Any:
        raise UnknownSyntaxError(f"a name as a value: {text_of(node)}")

    def _v_member_access(self, node: Node) -> Any:
        first = single(node.named_children[0])
        if first.type == "type_literal":
            return dotnet.property_of(text_of(first)[1:-1], self._member_name(node))
        holder, name = self._value(node.named_children[0]), self._member_name(node)
        if isinstance(holder, list):
            if name.lower() in ("count", "length"):
                return len(holder)
            return collapse([v for item in holder for v in as_list(_member(item, name))])
        return _member(holder, name)

    def _member_name(self, node: Node) -> str:
        inner = single(node.named_children[1])
        return text(self._value(inner)) if inner.type == "variable" else text_of(inner)

    def _v_element_access(self, node: Node) -> Any:
        holder, index = self._value(node.named_children[0]), self._value(node.named_children[1])
        if isinstance(holder, Table):
            return holder[index]
        if isinstance(holder, list) and isinstance(index, int):
            return holder[index] if -len(holder) <= index < len(holder) else None
        raise ScriptError("Cannot index into a null array.")

    def _v_invokation_expression(self, node: Node) -> Any:
        holder = single(node.named_children[0])
        arguments = [self._value(c) for a in children(node, "argument_list") for c in listed(a)]
        name = self._member_name(node)
        if holder.type == "type_literal":
            return dotnet.static(text_of(holder)[1:-1], name, arguments)
        return dotnet.method(self._value(holder), name, arguments)

    def _v_hash_literal_expression(self, node: Node) -> Table:
        out = Table()
        for entry in all_deep(node, "hash_entry"):
            key, value = entry.named_children
            inner = single(key)
            name = text_of(inner) if inner.type == "simple_name" else self._value(inner)
            out[name] = self._statement_value(value)
        return out

    def _statement_value(self, node: Node) -> Any:
        return self._pipeline_value(node) if node.type == "pipeline" else collapse(
            list(self._statement(node)))

    def _v_cast_expression(self, node: Node) -> Any:
        kind, value = text_of(node.named_children[0])[1:-1], self._value(node.named_children[1])
        return cast(kind, value)

    def _v_expression_with_unary_operator(self, node: Node) -> Any:
        inner = node.named_children[-1]
        if node.children[0].type.lower() in ("-not", "!"):
            return not truth(self._value(inner))
        return self._value(inner)

    def _v_logical_expression(self, node: Node) -> bool:
        left, right = node.named_children[0], node.named_children[-1]
        word = operator(node)
        if word == "-and":
            return truth(self._value(left)) and truth(self._value(right))
        if word == "-or":
            return truth(self._value(left)) or truth(self._value(right))
        raise UnknownSyntaxError(f"operator {word}")

    def _v_additive_expression(self, node: Node) -> Any:
        left, right = (self._value(n) for n in (node.named_children[0], node.named_children[-1]))
        if operator(node) != "+":
            raise UnknownSyntaxError(f"operator {operator(node)}")
        if isinstance(left, list):
            return left + as_list(right)
        if isinstance(left, str):
            return left + text(right)
        return left + right

    def _v_comparison_expression(self, node: Node) -> Any:
        left, right = (self._value(n) for n in (node.named_children[0], node.named_children[-1]))
        word = operator(node)
        if word == "-contains":
            return any(same(item, right) for item in as_list(left))
        if word in ("-eq", "-ceq", "-ne", "-cne"):
            if isinstance(left, list):
                raise UnknownSyntaxError("comparison of a list")
            equal = same(left, right, exact=word.startswith("-c"))
            return equal if word.endswith("eq") else not equal
        if word == "-gt":
            return left > right
        raise UnknownSyntaxError(f"operator {word}")


def cast(kind: str, value: Any) -> Any:
    """``[kind]value``."""
    found = kind.lower()
    if found == "ordered":
        return value
    if found == "string":
        return text(value)
    if found == "string[]":
        return [text(v) for v in as_list(value)] if value is not None else []
    if found == "bool":
        return truth(value)
    if found in ("int", "long"):
        return int(value or 0)
    if found == "timespan":
        hours, minutes, seconds = (int(part) for part in text(value).split(":"))
        return datetime.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    raise UnknownSyntaxError(f"type {kind}")


def _member(holder: Any, name: str) -> Any:
    if name.lower() == "psobject" and isinstance(holder, Table):
        return Table({"Properties": [
            Table({"Name": n, "Value": v}) for n, v in holder.items()]})
    if isinstance(holder, Table):
        return holder[name]
    return None
