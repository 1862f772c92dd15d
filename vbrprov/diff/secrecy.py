"""Which parts of an object are secret: a service tells everything without the marks that it had.

A path leads to a part: names of attributes and keys, the index of an element of a tuple as text,
``None`` for every element of a list, since a service may tell these in another order. A set is
secret as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vbrprov.sdk.model import Schema
from vbrprov.secrets import MIN_LENGTH
from vbrprov.values import (
    SENSITIVE,
    STRING,
    ListV,
    MapV,
    Marked,
    OneTime,
    SetV,
    Spent,
    Value,
    bare,
    is_null,
    mark,
    unmark_deep,
)
from vbrprov.values.convert import plain

Path = tuple[str | None, ...]


def identifying(schema: Schema) -> list[str]:
    """The attributes that objects are found by: records need them as they are."""
    return [name for name, spec in schema.attributes.items()
            if (spec.replace_on_change or name == "name") and plain(spec.type) == STRING
            and not (spec.sensitive or spec.write_only)]


def secret_paths(values: Mapping[str, Value]) -> list[Path]:
    """The paths of all parts that are marked sensitive."""
    return list(dict.fromkeys(path for path, _ in _secrets(dict(values), ())))


def _secrets(value: Value, path: Path) -> Iterator[tuple[Path, Value]]:
    kind = type(value)
    if kind is str or kind is bool or kind is int:
        return
    if kind is Marked:
        if SENSITIVE in value.marks or any(isinstance(m, OneTime) for m in value.marks):
            yield path, value
            return
        value = value.value
        kind = type(value)
    if kind is dict or kind is MapV:
        for key, item in (value if kind is dict else value.items).items():
            yield from _secrets(item, (*path, key))
    elif kind is tuple:
        for index, item in enumerate(value):
            yield from _secrets(item, (*path, str(index)))
    elif kind is ListV:
        for item in value.items:
            yield from _secrets(item, (*path, None))


def secret_texts(values: Mapping[str, Value], schema: Schema) -> Iterator[str]:
    """All texts in *values* that are sensitive, by their marks or by the schema."""
    for _, value in _secrets(dict(values), ()):
        yield from _texts(unmark_deep(value)[0])
    for name, spec in schema.attributes.items():
        if (spec.sensitive or spec.write_only) and name in values:
            yield from _texts(unmark_deep(values[name])[0])
    for name, nested in schema.blocks.items():
        inner = bare(values.get(name))
        items = [inner] if type(inner) is dict else getattr(inner, "items", ())
        for item in items if not isinstance(items, Mapping) else ():
            if type(item) is dict:
                yield from secret_texts(item, nested.model.schema())


def mark_paths(values: Mapping[str, Value], paths: Iterable[Path]) -> dict[str, Value]:
    """*values* with the parts at *paths* marked sensitive; of another shape, all that is there."""
    out = dict(values)
    for path in paths:
        out = _mark(out, path)
    return out


def _mark(value: Value, path: Path) -> Any:
    if is_null(value):
        return value
    if not path:
        return mark(value, (SENSITIVE,))
    if type(value) is Marked:
        return mark(_mark(value.value, path), value.marks)
    step, rest = path[0], path[1:]
    kind = type(value)
    if kind is dict and step is not None:
        return {k: _mark(v, rest) if k == step else v for k, v in value.items()}
    if kind is MapV and step is not None:
        return MapV({k: _mark(v, rest) if k == step else v for k, v in value.items.items()},
                    value.element)
    if kind is tuple and step is not None and step.isdecimal() and int(step) < len(value):
        return tuple(_mark(v, rest) if str(i) == step else v for i, v in enumerate(value))
    if kind is ListV and step is None:
        return ListV(tuple(_mark(v, rest) for v in value.items), value.element)
    return mark(value, (SENSITIVE,))


def as_secret_as(values: Mapping[str, Value], known: Mapping[str, Value], schema: Schema,
                 more: Iterable[Path] = ()) -> dict[str, Value]:
    """*values* as a service told them, as secret as what they come from.

    Args:
        values: The object, marked by its schema.
        known: The same object as configured or recorded. What it has of a fingerprint stays where
            the service does not tell the value.
        schema: The schema of both.
        more: Further paths of secret parts.
    """
    found = list(_secrets(dict(known), ()))
    paths = [*dict.fromkeys(path for path, _ in found), *more]
    if not paths:
        return dict(values)
    out = mark_paths(values, paths)
    for path, value in found:
        if isinstance(bare(value), Spent):
            out = _kept(out, path, value)
    return _repeated(out, known, schema)


def _kept(value: Value, path: Path, fingerprint: Value) -> Any:
    """*value* with a fingerprint in the place of a null at *path*."""
    if not path:
        return fingerprint if is_null(value) else value
    inner, step = bare(value), path[0]
    if type(inner) is dict and step in inner:
        return {k: _kept(v, path[1:], fingerprint) if k == step else v for k, v in inner.items()}
    if type(inner) is MapV and step in inner.items:
        return MapV({k: _kept(v, path[1:], fingerprint) if k == step else v
                     for k, v in inner.items.items()}, inner.element)
    return value


def repeats_secret(data: Mapping[str, object], known: Mapping[str, Value], schema: Schema) -> bool:
    """Whether a text in *data* holds what is a secret in an object as it is configured."""
    secrets = _texts_hidden((known,), known, schema)
    return any(type(_hide(text, secrets, key)) is Marked
               for key, text in data.items() if isinstance(text, str))


def _texts_hidden(sources: Iterable[Mapping[str, Value]], known: Mapping[str, Value],
                  schema: Schema) -> set[tuple[str | None, str]]:
    """The secret texts of *sources*, each with the name of its attribute or key.

    What an open argument says anyway is no secret: a bucket "prod-backups" may be tagged "prod".
    """
    secrets = {(path[-1] if path else None, text) for source in sources
               for path, value in _secrets(dict(source), ())
               for text in _texts(unmark_deep(value)[0])}
    said = {text for name, value in known.items()
            if (spec := schema.attributes.get(name)) is None or not spec.computed_only
            for text in _open_texts(value)}
    return {(key, text) for key, text in secrets if not any(text in each for each in said)}


def _repeated(values: dict[str, Value], known: Mapping[str, Value],
              schema: Schema) -> dict[str, Value]:
    """*values* with what repeats a secret in computed attributes (``tags_all``, ``arn``) marked."""
    secrets = _texts_hidden((values, known), known, schema)
    if not secrets:
        return values
    return {name: _hide(value, secrets, name)
            if (spec := schema.attributes.get(name)) is not None and spec.computed
            and name not in _given(known) else value
            for name, value in values.items()}


def _given(known: Mapping[str, Value]) -> set[str]:
    return {name for name, value in known.items() if isinstance(bare(value), str)}


def _hide(value: Value, secrets: set[tuple[str | None, str]], key: str | None) -> Value:
    kind = type(value)
    if kind is str:
        repeats = any((len(text) >= MIN_LENGTH and text in value) or (at == key and text == value)
                      for at, text in secrets)
        return mark(value, (SENSITIVE,)) if repeats else value
    if kind is dict:
        return {k: _hide(v, secrets, k) for k, v in value.items()}
    if kind is MapV:
        return MapV({k: _hide(v, secrets, k) for k, v in value.items.items()}, value.element)
    if kind is tuple:
        return tuple(_hide(v, secrets, None) for v in value)
    if kind is ListV:
        return ListV(tuple(_hide(v, secrets, None) for v in value.items), value.element)
    if kind is SetV and any(type(_hide(v, secrets, None)) is Marked for v in value.items):
        return mark(value, (SENSITIVE,))
    return value


def _texts(value: Value) -> Iterator[str]:
    """All strings in a value without marks."""
    kind = type(value)
    if kind is str:
        if value:
            yield value
    elif kind is dict or kind is MapV:
        for item in (value if kind is dict else value.items).values():
            yield from _texts(item)
    elif kind is tuple:
        for item in value:
            yield from _texts(item)
    elif hasattr(value, "items"):
        for item in value.items:
            yield from _texts(item)


def _open_texts(value: Value) -> Iterator[str]:
    """All strings in a value that are not marked."""
    kind = type(value)
    if kind is dict or kind is MapV:
        for item in (value if kind is dict else value.items).values():
            yield from _open_texts(item)
    elif kind is tuple or kind is ListV:
        for item in value if kind is tuple else value.items:
            yield from _open_texts(item)
    elif kind is not Marked:
        yield from _texts(value)
