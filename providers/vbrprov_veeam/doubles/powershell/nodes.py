"""Looking around in a parsed script."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

#: Nodes that mean more than their one child.
_WHOLE = frozenset({"variable", "command", "script_block_body", "expandable_string_literal"})


def single(node: Node) -> Node:
    """The node that *node* is, below the wrappers with one child that precedence makes."""
    while node.child_count == 1 and node.type not in _WHOLE:
        node = node.children[0]
    return node


def text_of(node: Node) -> str:
    """The source text of a node."""
    return (node.text or b"").decode()


def listed(node: Node) -> list[Node]:
    """The arguments of a call."""
    inner = node.named_children[0] if node.named_children else None
    if inner is None:
        return []
    while inner.named_child_count == 1 and inner.type != "argument_expression_list":
        inner = inner.named_children[0]
    return inner.named_children if inner.type == "argument_expression_list" else [inner]


def operator(node: Node) -> str:
    """The operator of a binary expression, in lower case."""
    inner = node.children[1]
    return text_of(inner).lower()


def variable(node: Node) -> str:
    """The name of the first variable below a node, in lower case."""
    return next(text_of(v)[1:].lower() for v in all_deep(node, "variable"))


def children(node: Node, kind: str) -> list[Node]:
    """The children of a kind."""
    return [c for c in node.named_children if c.type == kind]


def all_deep(node: Node, kind: str) -> list[Node]:
    """The topmost nodes of a kind below a node."""
    out: list[Node] = []
    for child in node.named_children:
        out += [child] if child.type == kind else all_deep(child, kind)
    return out
