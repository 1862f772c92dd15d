"""Declarative models: the arguments and attributes of a resource, a data source or a provider.

A model is a class with annotated fields. From it come the schema (types, documentation), typed
instances for provider code, and the values of the language.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Self, dataclass_transform

import msgspec

from vbrprov.values import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    ListT,
    ListV,
    MapT,
    MapV,
    Null,
    ObjectT,
    SetT,
    SetV,
    Type,
    Unknown,
    Value,
    convert,
    make_set,
    unmark_deep,
)
from vbrprov.values.number import BigFloat, from_float, to_float

Nesting = Literal["single", "list", "set"]
#: Returns what is wrong with a value as a full sentence, or ``None``. Gets plain Python data.
Validator = Callable[[Any], str | None]
#: Whether two values of an attribute mean the same (a JSON document, a name in any case).
Sameness = Callable[[Any, Any], bool]


class Attribute(msgspec.Struct, frozen=True):
    """One argument or computed attribute; see ``attribute`` for what the fields mean."""

    name: str
    type: Type
    doc: str
    required: bool = False
    computed: bool = False
    default: Any = None
    replace_on_change: bool = False
    sensitive: bool = False
    write_only: bool = False
    one_time: bool = False
    recompute: bool = False
    choices: tuple[str, ...] = ()
    validators: tuple[Validator, ...] = ()
    same: Sameness | None = None
    unit: str = ""
    source: str = ""

    @property
    def optional(self) -> bool:
        """Whether it may be set but need not be."""
        return not self.required and not self.computed_only

    @property
    def computed_only(self) -> bool:
        """Whether configuration may not set it."""
        return self.computed and self.default is READ_ONLY


class BlockType(msgspec.Struct, frozen=True):
    """A nested block: the model of its body and how often it may occur."""

    name: str
    model: type[Model]
    doc: str
    nesting: Nesting = "single"
    min_items: int = 0
    max_items: int = 0
    computed: bool = False
    replace_on_change: bool = False
    source: str = ""

    @property
    def type(self) -> Type:
        """The type of the block as a value."""
        inner = self.model.schema().type
        return {"single": inner, "list": ListT(inner), "set": SetT(inner)}[self.nesting]


class _ReadOnly:
    def __repr__(self) -> str:
        return "READ_ONLY"


READ_ONLY: Any = _ReadOnly()


class _Field(msgspec.Struct, frozen=True):
    block: bool
    options: dict[str, Any]


def attribute(
    *, doc: str, default: Any = None, required: bool = False, computed: bool = False,
    replace_on_change: bool = False, sensitive: bool = False, write_only: bool = False,
    one_time: bool = False, recompute: bool = False, choices: tuple[str, ...] = (),
    validators: tuple[Validator, ...] = (), same: Sameness | None = None, unit: str = "",
    source: str = "", type: Type | None = None,
) -> Any:
    """Declare an attribute of a model.

    Args:
        doc: What it is, for the reference and the editor.
        default: Value when configuration leaves it out; ``None`` means null.
        required: Configuration must set it.
        computed: The provider fills it in when configuration does not. Attributes that
            configuration must never set are declared with ``computed_attribute``.
        replace_on_change: A change needs a new object.
        sensitive: Masked everywhere; kept in state only as a fingerprint unless encrypted.
        write_only: Sent and forgotten; a change is seen by its fingerprint or a ``_version`` twin.
        one_time: The cloud returns it once (implies computed and sensitive).
        recompute: Unknown whenever anything else of the object changes.
        choices: The only strings allowed.
        validators: Further checks.
        same: Decides whether two different values mean the same, so that no change is planned.
        unit: Unit of a number.
        source: URL of the vendor's page behind a limit or meaning.
        type: The language type where the annotation cannot say it.
    """
    return _Field(False, {k: v for k, v in locals().items()})


def computed_attribute(
    *, doc: str, sensitive: bool = False, one_time: bool = False, recompute: bool = False,
    source: str = "", type: Type | None = None,
) -> Any:
    """Declare an attribute that only the provider sets."""
    return attribute(doc=doc, default=READ_ONLY, computed=True, sensitive=sensitive or one_time,
                     one_time=one_time, recompute=recompute, source=source, type=type)


def block(
    *, doc: str, min_items: int = 0, max_items: int = 0, computed: bool = False,
    replace_on_change: bool = False, default: Any = None, source: str = "",
) -> Any:
    """Declare a nested block: its annotation is a model, ``| None``, or a list or set of one."""
    return _Field(True, {k: v for k, v in locals().items() if k != "default"})


class Schema(msgspec.Struct, frozen=True):
    """The attributes and blocks of a model, and its type as an object."""

    attributes: Mapping[str, Attribute]
    blocks: Mapping[str, BlockType]
    type: ObjectT

    def names(self) -> list[str]:
        """All attribute and block names."""
        return [*self.attributes, *self.blocks]


_PRIMITIVES: dict[Any, Type] = {str: STRING, bool: BOOL, int: NUMBER, float: NUMBER, Any: DYNAMIC}


def _strip_optional(annotation: Any) -> Any:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        rest = [a for a in typing.get_args(annotation) if a is not type(None)]
        if len(rest) == 1:
            return rest[0]
    return annotation


def _language_type(annotation: Any) -> Type:
    annotation = _strip_optional(annotation)
    if annotation in _PRIMITIVES:
        return _PRIMITIVES[annotation]
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is list:
        return ListT(_language_type(args[0]))
    if origin in (set, frozenset):
        return SetT(_language_type(args[0]))
    if origin is dict:
        return MapT(_language_type(args[1]))
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return annotation.schema().type
    raise TypeError(f"no language type for annotation {annotation!r}")


@dataclass_transform(kw_only_default=True, field_specifiers=(attribute, block))
class Model:
    """Base of all models. Instances hold plain Python data; unset fields hold their default."""

    _schema: ClassVar[Schema | None] = None

    def __init__(self, **values: Any) -> None:
        schema = type(self).schema()
        for name, spec in schema.attributes.items():
            default = None if spec.default is READ_ONLY else spec.default
            given = values.pop(name, default)
            # A default must not be shared between instances.
            setattr(self, name, given.copy() if isinstance(given, (dict, list)) else given)
        for name, nested in schema.blocks.items():
            setattr(self, name, values.pop(name, None if nested.nesting == "single" else []))
        if values:
            raise TypeError(f"{type(self).__name__} has no field {', '.join(values)}")

    @classmethod
    def schema(cls) -> Schema:
        """The schema, built on first use."""
        if "_schema" not in cls.__dict__ or cls.__dict__["_schema"] is None:
            cls._schema = cls._build()
        assert cls._schema is not None
        return cls._schema

    @classmethod
    def _build(cls) -> Schema:
        attributes: dict[str, Attribute] = {}
        blocks: dict[str, BlockType] = {}
        hints = typing.get_type_hints(cls)
        fields: dict[str, _Field] = {}
        for base in reversed(cls.__mro__):
            fields.update({k: v for k, v in vars(base).items() if isinstance(v, _Field)})
        for name, declared in fields.items():
            options = dict(declared.options)
            hint = hints[name]
            if declared.block:
                nesting: Nesting = "single"
                inner = _strip_optional(hint)
                if typing.get_origin(inner) in (list, set):
                    nesting = "set" if typing.get_origin(inner) is set else "list"
                    inner = typing.get_args(inner)[0]
                blocks[name] = BlockType(name=name, model=inner, nesting=nesting, **options)
            else:
                given = options.pop("type")
                attributes[name] = Attribute(
                    name=name, type=given if given is not None else _language_type(hint), **options)
        body = {name: a.type for name, a in attributes.items()}
        body.update({name: b.type for name, b in blocks.items()})
        return Schema(attributes, blocks, ObjectT(body))

    @classmethod
    def from_values(cls, values: Mapping[str, Value]) -> Self:
        """An instance from values of the language; marks are dropped, unknowns become ``None``."""
        schema = cls.schema()
        out: dict[str, Any] = {}
        for name in schema.attributes:
            if name in values:
                out[name] = to_python(values[name])
        for name, nested in schema.blocks.items():
            if name in values:
                out[name] = _block_from(values[name], nested)
        return cls(**out)

    def to_values(self) -> dict[str, Value]:
        """The instance as values of the language, one a schema name."""
        schema = type(self).schema()
        out: dict[str, Value] = {
            name: to_value(getattr(self, name), spec.type)
            for name, spec in schema.attributes.items()
        }
        for name, nested in schema.blocks.items():
            out[name] = _block_to(getattr(self, name), nested)
        return out

    def copy(self, **changes: Any) -> Self:
        """The same instance with some fields changed."""
        schema = type(self).schema()
        fields = {name: getattr(self, name) for name in schema.names()}
        return type(self)(**{**fields, **changes})

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # mutable data

    def __repr__(self) -> str:
        schema = type(self).schema()
        shown = []
        for name, spec in schema.attributes.items():
            secret = spec.sensitive or spec.write_only
            shown.append(f"{name}={'(sensitive)' if secret else repr(getattr(self, name))}")
        return f"{type(self).__name__}({', '.join(shown)})"


def _block_from(value: Value, nested: BlockType) -> Any:
    value, _ = unmark_deep(value)
    if isinstance(value, (Null, Unknown)):
        return None if nested.nesting == "single" else []
    if nested.nesting == "single":
        return nested.model.from_values(value)
    items = value.items if isinstance(value, (ListV, SetV)) else value
    return [nested.model.from_values(v) for v in items if not isinstance(v, (Unknown, Null))]


def _block_to(data: Any, nested: BlockType) -> Value:
    inner = nested.model.schema().type
    if nested.nesting == "single":
        return Null(inner) if data is None else data.to_values()
    items = tuple(item.to_values() for item in data or ())
    return make_set(items, inner) if nested.nesting == "set" else ListV(items, inner)


def to_python(value: Value) -> Any:
    """A value as plain Python data: unknown and null become ``None``, collections copies."""
    value, _ = unmark_deep(value)
    kind = type(value)
    if kind is str or kind is bool or kind is int:
        return value
    if kind is BigFloat:
        return to_float(value)
    if kind is tuple:
        return [to_python(v) for v in value]
    if kind is dict:
        return {k: to_python(v) for k, v in value.items()}
    if kind is ListV or kind is SetV:
        return [to_python(v) for v in value.items]
    if kind is MapV:
        return {k: to_python(v) for k, v in value.items.items()}
    return None


def to_value(data: Any, type_: Type) -> Value:
    """Plain Python data as a value of *type_*."""
    if data is None:
        return Null(type_)
    if isinstance(data, Model):
        return data.to_values()
    if isinstance(data, (str, bool, int)):
        return convert(data, type_)
    if isinstance(data, float):
        return convert(from_float(data), type_)
    if isinstance(data, Mapping):
        if isinstance(type_, MapT):
            return MapV({k: to_value(v, type_.element) for k, v in data.items()}, type_.element)
        if isinstance(type_, ObjectT):
            return {k: to_value(data.get(k), t) for k, t in type_.attributes.items()}
        return {k: to_value(v, DYNAMIC) for k, v in data.items()}
    if isinstance(type_, SetT):
        return make_set([to_value(v, type_.element) for v in data], type_.element)
    if isinstance(type_, ListT):
        return ListV(tuple(to_value(v, type_.element) for v in data), type_.element)
    return tuple(to_value(v, DYNAMIC) for v in data)
