"""What an object should become: configuration, defaults, and what is kept of the prior object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbrprov.sdk.model import Schema
from vbrprov.secrets import SecretBook
from vbrprov.values import (
    SENSITIVE,
    ListV,
    MapV,
    Null,
    SetV,
    Spent,
    Unknown,
    Value,
    bare,
    is_null,
    is_wholly_known,
    marks_deep,
    same,
    unmark,
    unmark_deep,
)
from vbrprov.values.convert import plain
from vbrprov.values.value import mark
from vbrprov.values.wire import encode


def propose(
    config: Mapping[str, Value], prior: Mapping[str, Value] | None, schema: Schema,
) -> dict[str, Value]:
    """The planned values before the provider refines them.

    *config* has defaults filled in. A computed attribute that configuration leaves open keeps its
    prior value; without a prior object it is known after apply. Write-only arguments are null: what
    is sent is decided elsewhere.
    """
    out: dict[str, Value] = {}
    for name, spec in schema.attributes.items():
        given = config.get(name)
        if spec.write_only:
            out[name] = Null(spec.type)
        elif given is not None and type(bare(given)) is not Null:
            out[name] = given
        elif spec.computed:
            out[name] = prior[name] if prior is not None else Unknown(plain(spec.type))
        else:
            out[name] = Null(plain(spec.type)) if given is None else given
    for name, nested in schema.blocks.items():
        given = config.get(name, Null(nested.type))
        before = prior.get(name) if prior is not None else None
        out[name] = _nested(given, before, nested.model.schema(), nested.nesting, nested.computed)
    return out


def _nested(given: Value, before: Value, inner: Schema, nesting: str, computed: bool) -> Value:
    value = bare(given)
    if nesting == "single":
        if type(value) is dict:
            old = bare(before) if before is not None else None
            return propose(value, old if type(old) is dict else None, inner)
        if computed and type(value) is Null:
            return before if before is not None else Unknown(inner.type)
        return given
    if isinstance(value, ListV):
        if computed and not value.items:
            return before if before is not None else Unknown(plain(inner.type))
        old_items = bare(before).items if isinstance(bare(before), ListV) else ()
        items = []
        for index, item in enumerate(value.items):
            old = old_items[index] if index < len(old_items) else None
            items.append(propose(item, old if type(old) is dict else None, inner)
                         if type(item) is dict else item)
        return ListV(tuple(items), value.element)
    if isinstance(value, SetV):
        from vbrprov.values import make_set

        return make_set([propose(i, None, inner) if type(i) is dict else i for i in value.items],
                        value.element)
    return given


def unchanged(prior: Value, planned: Value, book: SecretBook) -> bool:
    """Whether *planned* is what *prior* already is; a fingerprint is checked against the secret."""
    if type(prior) is type(planned) and type(prior) in (str, int, bool):
        return bool(prior == planned)
    old, new = bare(prior), bare(planned)
    if isinstance(old, Spent):
        if isinstance(new, Spent):
            return old.fingerprint == new.fingerprint
        if isinstance(new, Unknown) or type(new) is Null:
            return False
        if not is_wholly_known(new):
            return False
        return bool(old.fingerprint) and book.matches(encode(unmark_deep(new)[0]), old.fingerprint)
    kind = type(old)
    if kind is not type(new):
        return False
    if kind is tuple:
        return len(old) == len(new) and all(unchanged(a, b, book) for a,
                                            b in zip(old, new, strict=True))
    if kind is dict:
        return old.keys() == new.keys() and all(unchanged(v, new[k], book) for k, v in old.items())
    if kind is ListV:
        return len(old.items) == len(new.items) and all(
            unchanged(a, b, book) for a, b in zip(old.items, new.items, strict=True))
    if hasattr(old, "items") and isinstance(old.items, dict):
        return old.items.keys() == new.items.keys() and all(
            unchanged(v, new.items[k], book) for k, v in old.items.items())
    if isinstance(old, Unknown):
        return False
    return same(old, new)


def same_secrecy(prior: Value, planned: Value) -> bool:
    """Whether the same parts of two values are sensitive; nulls are never secrets."""
    (old, old_marks), (new, new_marks) = unmark(prior), unmark(planned)
    if type(old) is Null or type(new) is Null:
        return True
    if (SENSITIVE in old_marks) != (SENSITIVE in new_marks):
        return False
    if type(old) is not type(new):
        return True
    if isinstance(old, (tuple, ListV)):
        pairs = zip(*[v if isinstance(v, tuple) else v.items for v in (old, new)], strict=False)
        return all(same_secrecy(a, b) for a, b in pairs)
    if isinstance(old, (dict, MapV)):
        before, after = [v if isinstance(v, dict) else v.items for v in (old, new)]
        return all(same_secrecy(v, after[k]) for k, v in before.items() if k in after)
    return True


def changed_attributes(
    prior: Mapping[str, Value], planned: Mapping[str, Value], schema: Schema, book: SecretBook,
) -> list[str]:
    """The top-level names whose planned value is another than the prior one."""
    out = []
    for name, value in planned.items():
        spec = schema.attributes.get(name)
        if spec is not None and spec.write_only:
            continue
        before = prior.get(name)
        if before is None:
            before = Null()
        if unchanged(before, value, book):
            continue
        if spec is not None and spec.same is not None and _means_the_same(spec.same, before, value):
            continue
        out.append(name)
    return out


def _means_the_same(compare: Any, before: Value, after: Value) -> bool:
    if is_null(before) or is_null(after) or not (is_wholly_known(before)
                                                 and is_wholly_known(after)):
        return False
    return bool(compare(encode(bare(before)), encode(bare(after))))


def keep_meaning(prior: Mapping[str, Value], planned: dict[str, Value], schema: Schema) -> None:
    """Keep the prior spelling of attributes whose planned value means the same."""
    for name, spec in schema.attributes.items():
        if spec.same is not None and name in planned and name in prior:
            before, after = prior[name], planned[name]
            if not same(before, after) and _means_the_same(spec.same, before, after):
                planned[name] = mark(bare(before), marks_deep(after))
