"""Type constraint expressions: ``list(string)``, ``object({ a = optional(string, "x") })``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vbrprov.diag import Diagnostics, SourceFile
from vbrprov.syntax import ast
from vbrprov.values import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    ConversionError,
    ListT,
    MapT,
    ObjectT,
    SetT,
    TupleT,
    Type,
    Value,
    convert,
)

_WORDS = {"string": STRING, "number": NUMBER, "bool": BOOL, "any": DYNAMIC}
_COLLECTIONS: dict[str, Callable[[Type], Type]] = {"list": ListT, "set": SetT, "map": MapT}
Constant = Callable[[ast.Expr, SourceFile, Diagnostics], Value]


class _TypeExprError(Exception):
    def __init__(self, detail: str, node: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.node = node


def decode_type(node: ast.Expr, source: SourceFile, diags: Diagnostics, constant: Constant) -> Type:
    """The type that a constraint expression names; ``any`` (and an error) when it names none.

    *constant* evaluates the default of an ``optional()`` attribute.
    """
    if type(node) is ast.Literal and isinstance(node.value, str):
        _quoted(node, source, diags)
        return DYNAMIC
    try:
        return _decode(node, source, diags, constant)
    except _TypeExprError as bad:
        diags.error("Invalid type specification", bad.detail,
                    source.range(bad.node.start, bad.node.end))
        return DYNAMIC


def _quoted(node: ast.Literal, source: SourceFile, diags: Diagnostics) -> None:
    """The form of old versions: ``type = "string"``."""
    word = str(node.value)
    if word not in ("string", "list", "map"):
        diags.error("Invalid legacy variable type hint", "To provide a full type expression, "
                    "remove the surrounding quotes and give the type expression directly.",
                    source.range(node.start, node.end))
        return
    more = "" if word == "string" else (
        f" and write {word}(string) instead to explicitly indicate that the {word} elements are "
        "strings")
    diags.error("Invalid quoted type constraints", "Type constraints in quotes are a form of the "
                f'releases before 0.12. Remove the quotes around "{word}"{more}.',
                source.range(node.start, node.end))


def _decode(node: Any, source: SourceFile, diags: Diagnostics, constant: Constant) -> Type:
    if type(node) is ast.Ref and not node.steps:
        if node.name in _WORDS:
            return _WORDS[node.name]
        if node.name in _COLLECTIONS:
            if node.name == "set":
                raise _TypeExprError("The set type constructor requires one argument specifying "
                                     "the element type.", node)
            return _COLLECTIONS[node.name](DYNAMIC)
        if node.name in ("object", "tuple"):
            raise _TypeExprError(f"The {node.name} type constructor requires one argument.", node)
    if type(node) is ast.Call:
        return _call(node, source, diags, constant)
    raise _TypeExprError(
        "A type specification is either a primitive type keyword (bool, number, string), any, or a "
        "complex type constructor call, like list(string).", node)


def _call(node: ast.Call, source: SourceFile, diags: Diagnostics, constant: Constant) -> Type:
    if node.name == "optional":
        raise _TypeExprError(
            "optional() is only allowed for the attributes of an object type.", node)
    if node.name not in (*_COLLECTIONS, "object", "tuple"):
        raise _TypeExprError(f'"{node.name}" is not a type constructor. Known: list, set, map, '
                             "object, tuple.", node)
    if len(node.args) != 1:
        raise _TypeExprError(f"The {node.name} type constructor requires one argument.", node)
    arg: Any = node.args[0]
    if node.name in _COLLECTIONS:
        return _COLLECTIONS[node.name](_decode(arg, source, diags, constant))
    if node.name == "tuple":
        if type(arg) is not ast.Tuple:
            raise _TypeExprError("The tuple type constructor requires a list of types: "
                                 "tuple([string, number]).", arg)
        return TupleT(tuple(_decode(item, source, diags, constant) for item in arg.items))
    if type(arg) is not ast.Object:
        raise _TypeExprError("The object type constructor requires a map of attribute types: "
                   "object({ name = string }).", arg)
    return _object(arg, source, diags, constant)


def _object(arg: ast.Object, source: SourceFile, diags: Diagnostics, constant: Constant) -> Type:
    attributes: dict[str, Type] = {}
    optional: set[str] = set()
    defaults: dict[str, Value] = {}
    for item in arg.items:
        if type(item.key) is not ast.Literal or not isinstance(item.key.value, str):
            raise _TypeExprError("Object attribute names must be plain words.", item.key)
        name, node = item.key.value, item.value
        if name in attributes:
            raise _TypeExprError("Object constructor map keys must be unique: there is more than "
                                 f'one attribute "{name}".', item.key)
        if type(node) is ast.Call and node.name == "optional":
            if not 1 <= len(node.args) <= 2:
                raise _TypeExprError("optional() takes the attribute's type and, at most, one "
                                     "default value.", node)
            attributes[name] = _decode(node.args[0], source, diags, constant)
            optional.add(name)
            if len(node.args) == 2:
                value = constant(node.args[1], source, diags)
                try:
                    defaults[name] = convert(value, attributes[name])
                except ConversionError as error:
                    raise _TypeExprError("This default value is not compatible with the "
                                         f"attribute's type constraint: {error}.",
                                         node.args[1]) from None
        else:
            attributes[name] = _decode(node, source, diags, constant)
    return ObjectT(attributes, frozenset(optional), defaults)
