"""Values as Terraform's JSON shows them. No secret: a sensitive value is null and flagged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbrprov.sdk.model import Schema
from vbrprov.values import ListV, MapV, SetV, Spent, Unknown, Value, bare, is_null
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
    return _tree(inner, sensitive_tree)


def _tree(inner: Value, each: Any) -> Any:
    if isinstance(inner, (dict, MapV)):
        items = inner if isinstance(inner, dict) else inner.items
        return {k: t for k, v in items.items() if (t := each(v)) not in (False, {}, None)
                and not _all_false(t)}
    if isinstance(inner, (tuple, ListV, SetV)):
        return [each(v) for v in (inner if isinstance(inner, tuple) else inner.items)]
    return False


def _all_false(tree: Any) -> bool:
    return isinstance(tree, list) and not tree


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
        if tree not in (False, {}):
            out[name] = tree
    return out


def object_unknown(values: Mapping[str, Value] | None) -> dict[str, Any]:
    """``after_unknown``."""
    out: dict[str, Any] = {}
    for name, value in (values or {}).items():
        tree = unknown_tree(value)
        if tree not in (False, {}):
            out[name] = tree
    return out


def holds_true(tree: Any) -> bool:
    """Whether a tree of flags says true anywhere."""
    if isinstance(tree, dict):
        return any(holds_true(v) for v in tree.values())
    if isinstance(tree, list):
        return any(holds_true(v) for v in tree)
    return tree is True
