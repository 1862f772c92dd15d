"""Values as Terraform's JSON shows them. No secret: a sensitive value is null and flagged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vbrprov.sdk.model import Schema
from vbrprov.values import (
    ListT,
    ListV,
    MapT,
    MapV,
    ObjectT,
    SetT,
    SetV,
    Spent,
    TupleT,
    Type,
    Unknown,
    Value,
    bare,
    is_null,
    type_of,
)
from vbrprov.values.wire import published
from vbrprov.views.human.values import hidden


def plain(value: Value) -> Any:
    """JSON data; unknown and sensitive parts are null (absent from objects when unknown)."""
    if value is None or hidden(value) or isinstance(bare(value), Unknown):
        return None
    inner = bare(value)
    if isinstance(inner, (dict, MapV)):
        items = inner if isinstance(inner, dict) else inner.items
        return {k: plain(v) for k, v in items.items()
                if hidden(v) or not isinstance(bare(v), Unknown) or isinstance(bare(v), Spent)}
    if isinstance(inner, (tuple, ListV, SetV)):
        return [plain(v) for v in (inner if isinstance(inner, tuple) else inner.items)]
    if is_null(inner):
        return None
    return published(inner)


def unknown_tree(value: Value) -> Any:
    """``true`` where a value is known after apply, as ``after_unknown``; ``False`` for nowhere."""
    inner = bare(value)
    if isinstance(inner, Unknown):
        return not isinstance(inner, Spent)
    return _tree(inner, unknown_tree)


def sensitive_tree(value: Value) -> Any:
    """``true`` where a value is sensitive."""
    if hidden(value):
        return True
    inner = bare(value)
    if isinstance(inner, Spent):
        return True
    if isinstance(inner, Unknown):
        return _unknown_contents(type_of(inner))
    return _tree(inner, sensitive_tree)


def _tree(inner: Value, each: Callable[[Value], Any]) -> Any:
    """The tree of a collection; of objects and maps only what is not ``False`` is told."""
    if isinstance(inner, (dict, MapV)):
        items = inner if isinstance(inner, dict) else inner.items
        return {k: tree for k, v in items.items() if (tree := each(v)) is not False}
    if isinstance(inner, (tuple, ListV, SetV)):
        return [each(v) for v in (inner if isinstance(inner, tuple) else inner.items)]
    return False


def _unknown_contents(type_: Type) -> Any:
    """The tree of what is not known: its contents may be anything, but its kind is told."""
    if isinstance(type_, (ObjectT, MapT)):
        return {}
    return [] if isinstance(type_, (TupleT, ListT, SetT)) else False


def object_json(values: Mapping[str, Value] | None, schema: Schema) -> dict[str, Any] | None:
    """The values of an object; attributes that the schema calls sensitive are null."""
    if values is None:
        return None
    out: dict[str, Any] = {}
    for name, value in values.items():
        spec = schema.attributes.get(name)
        inner = bare(value)
        if isinstance(inner, Unknown) and not isinstance(inner, Spent):
            continue
        secret = spec is not None and (spec.sensitive or spec.write_only)
        out[name] = None if secret else plain(value)
    return out


def object_sensitive(values: Mapping[str, Value] | None, schema: Schema) -> Any:
    """``before_sensitive`` and ``after_sensitive``."""
    if values is None:
        return False
    out: dict[str, Any] = {}
    for name, value in values.items():
        spec = schema.attributes.get(name)
        if spec is not None and spec.sensitive and not is_null(value):
            out[name] = True
            continue
        tree = sensitive_tree(value)
        if tree is not False:
            out[name] = tree
    return out


def object_unknown(values: Mapping[str, Value] | None) -> dict[str, Any]:
    """``after_unknown``; empty when everything is known."""
    out: dict[str, Any] = {}
    for name, value in (values or {}).items():
        tree = unknown_tree(value)
        if tree is not False:
            out[name] = tree
    return out if holds_true(out) else {}


def holds_true(tree: Any) -> bool:
    """Whether a tree of flags says true anywhere."""
    if isinstance(tree, dict):
        return any(holds_true(v) for v in tree.values())
    if isinstance(tree, list):
        return any(holds_true(v) for v in tree)
    return tree is True
