"""The syntax tree.

Nodes are immutable data with character offsets (``start`` inclusive, ``end`` exclusive); they know
neither file nor meaning. They encode as plain arrays, so that a parsed file can be cached in a
data-only format. ``SourceFile.range`` turns offsets into lines and columns.
"""

from __future__ import annotations

import msgspec


class Node(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Offsets that every node has."""

    start: int
    end: int


# --- expressions ---------------------------------------------------------------------------------


class Literal(Node, frozen=True, array_like=True, gc=False, tag="lit"):
    """A string without interpolation, a boolean, null, or an integer of at most 63 bits."""

    value: str | bool | int | None


class Number(Node, frozen=True, array_like=True, gc=False, tag="num"):
    """Any other number, as written (no sign; a sign is a ``Unary``)."""

    text: str


class Template(Node, frozen=True, array_like=True, gc=False, tag="tpl"):
    """A quoted or heredoc template of two or more parts, or with a directive: always a string.

    ``parts`` are ``Literal`` strings, expressions (interpolations) and directives, with strip
    markers and heredoc indentation already applied.
    """

    parts: list[Part]
    heredoc: bool = False


class TemplateWrap(Node, frozen=True, array_like=True, gc=False, tag="wrap"):
    """``"${expr}"`` alone: keeps the type of *expr*."""

    expr: Expr


class TemplateIf(Node, frozen=True, array_like=True, gc=False, tag="tif"):
    """``%{ if cond }...%{ else }...%{ endif }``."""

    cond: Expr
    yes: list[Part]
    no: list[Part]


class TemplateFor(Node, frozen=True, array_like=True, gc=False, tag="tfor"):
    """``%{ for key, value in collection }...%{ endfor }``."""

    key: str | None
    value: str
    collection: Expr
    body: list[Part]


class AttrStep(Node, frozen=True, array_like=True, gc=False, tag=".a"):
    """``.name``."""

    name: str


class IndexStep(Node, frozen=True, array_like=True, gc=False, tag=".i"):
    """``[key]`` or the legacy ``.0`` (then ``key`` is a ``Literal`` and ``legacy`` is true)."""

    key: Expr
    legacy: bool = False


class SplatStep(Node, frozen=True, array_like=True, gc=False, tag=".s"):
    """``[*]`` (``full``) or ``.*``; ``steps`` apply to each element."""

    steps: list[Step]
    full: bool


class Ref(Node, frozen=True, array_like=True, gc=False, tag="ref"):
    """A traversal that starts at a name in scope: ``name`` then ``steps``."""

    name: str
    name_end: int
    steps: list[Step]


class Access(Node, frozen=True, array_like=True, gc=False, tag="acc"):
    """A traversal that starts at any other expression."""

    target: Expr
    steps: list[Step]


class Call(Node, frozen=True, array_like=True, gc=False, tag="call"):
    """``name(args...)``; ``name`` keeps ``::``; ``expand``: the last argument ends in ``...``."""

    name: str
    name_end: int
    args: list[Expr]
    expand: bool


class Unary(Node, frozen=True, array_like=True, gc=False, tag="un"):
    """``!x`` or ``-x``."""

    op: str
    operand: Expr


class Binary(Node, frozen=True, array_like=True, gc=False, tag="bin"):
    """One of ``|| && == != < > <= >= + - * / %``."""

    op: str
    left: Expr
    right: Expr


class Conditional(Node, frozen=True, array_like=True, gc=False, tag="if"):
    """``cond ? yes : no``."""

    cond: Expr
    yes: Expr
    no: Expr


class Paren(Node, frozen=True, array_like=True, gc=False, tag="par"):
    """``(expr)``: kept, since an object key in parentheses is an expression."""

    expr: Expr


class Tuple(Node, frozen=True, array_like=True, gc=False, tag="tup"):
    """``[a, b]``."""

    items: list[Expr]


class ObjectItem(Node, frozen=True, array_like=True, gc=False):
    """``key = value``. A bare word key is a ``Literal`` string; any other key is an expression."""

    key: Expr
    value: Expr


class Object(Node, frozen=True, array_like=True, gc=False, tag="obj"):
    """``{ key = value }``."""

    items: list[ObjectItem]


class For(Node, frozen=True, array_like=True, gc=False, tag="for"):
    """``[for k, v in c : value if cond]``, or the object form when ``result_key`` is set."""

    key: str | None
    value: str
    collection: Expr
    result_key: Expr | None
    result: Expr
    cond: Expr | None
    group: bool


# --- structure -----------------------------------------------------------------------------------


class Attribute(Node, frozen=True, array_like=True, gc=False):
    """``name = expr``; the name spans ``start`` to ``name_end``."""

    name: str
    name_end: int
    expr: Expr


class JsonAttribute(Attribute, frozen=True, array_like=True, gc=False):
    """A JSON property that is an argument or blocks: only the schema of its body can tell."""


class Label(Node, frozen=True, array_like=True, gc=False):
    """A block label, quoted or bare."""

    text: str


class Block(Node, frozen=True, array_like=True, gc=False):
    """``type "label" { ... }``; the header spans ``start`` to ``header_end`` (before the brace)."""

    type: str
    type_end: int
    labels: list[Label]
    header_end: int
    body: Body


class Body(Node, frozen=True, array_like=True, gc=False):
    """Attributes and blocks in source order (each list by itself)."""

    attributes: list[Attribute]
    blocks: list[Block]


Expr = (
    Literal | Number | Template | TemplateWrap | Ref | Access | Call | Unary | Binary | Conditional
    | Paren | Tuple | Object | For
)

Part = Expr | TemplateIf | TemplateFor
Step = AttrStep | IndexStep | SplatStep
