"""Bodies of resource, data and provider blocks against a schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vbrprov.config.late import resolve
from vbrprov.config.model import Content
from vbrprov.diag import Diagnostics, SourceFile, SourceRange, did_you_mean
from vbrprov.evaluate.budget import check_elements
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.expression import evaluate
from vbrprov.evaluate.hiding import HIDDEN, without_secrets
from vbrprov.evaluate.quoted import values_in
from vbrprov.evaluate.scope import Local, Scope
from vbrprov.sdk.model import Attribute, BlockType, Schema, to_python, to_value
from vbrprov.syntax import ast
from vbrprov.values import (
    EPHEMERAL,
    SENSITIVE,
    ConversionError,
    ListV,
    Null,
    OneTime,
    Unknown,
    Value,
    bare,
    convert,
    elements,
    is_known,
    make_set,
    mark,
    marks_deep,
    unmark,
    unmark_deep,
)
from vbrprov.values.convert import plain


class Ranges(Mapping[str, SourceRange]):
    """Ranges by attribute path, worked out only when somebody asks."""

    __slots__ = ("_offsets", "_source")

    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self._offsets: dict[str, tuple[int, int]] = {}

    def note(self, path: str, start: int, end: int) -> None:
        """Remember where *path* stands."""
        self._offsets[path] = (start, end)

    def __getitem__(self, path: str) -> SourceRange:
        return self._source.range(*self._offsets[path])

    def __contains__(self, path: object) -> bool:
        return path in self._offsets

    def __iter__(self) -> Iterator[str]:
        return iter(self._offsets)

    def __len__(self) -> int:
        return len(self._offsets)


class BodyReader:
    """Decodes one body in one scope; collects diagnostics and ranges."""

    def __init__(self, scope: Scope, source: SourceFile, diags: Diagnostics,
                 address: str | None = None, *, kept: bool = True) -> None:
        self.scope = scope
        #: Whether values end up in the state, so that ephemeral ones are refused.
        self.kept = kept
        self.source = source
        self.diags = diags
        self.address = address
        self.ranges = Ranges(source)

    def read(self, content: Content, schema: Schema) -> dict[str, Value]:
        """The values of the body by name: null where nothing is said, unknown after an error."""
        where = (content.start, content.end)
        return self._body(content.attributes, content.blocks, schema, "", where, self.scope)

    def _error(self, summary: str, detail: str, start: int, end: int) -> None:
        self.diags.error(summary, detail.strip(), self.source.range(start, end),
                         address=self.address)

    def _body(self, attributes: Sequence[ast.Attribute], blocks: Sequence[ast.Block],
              schema: Schema, prefix: str, where: tuple[int, int],
              scope: Scope) -> dict[str, Value]:
        attributes, blocks = resolve(attributes, blocks, schema.blocks, self._wrong_json)
        out: dict[str, Value] = {}
        given: dict[str, ast.Attribute] = {}
        for item in attributes:
            spec = schema.attributes.get(item.name)
            if spec is None:
                self._unknown_argument(item, schema)
            elif spec.computed_only:
                self._error("Value for unconfigurable attribute",
                            f'Can\'t configure a value for "{item.name}": its value will be '
                            'decided '
                            "automatically based on the result of applying this configuration.",
                            item.start, item.name_end)
            else:
                given[item.name] = item
        for name, spec in schema.attributes.items():
            found = given.get(name)
            if found is not None:
                out[name] = self._attribute(found, spec, prefix, scope)
            else:
                out[name] = Null(plain(spec.type))
                if spec.required:
                    self._error("Missing required argument", f'The argument "{name}" is required, '
                                'but '
                                "no definition was found.", *where)
        self._blocks(out, blocks, schema, prefix, where, scope)
        return out

    def _wrong_json(self, detail: str, start: int, end: int) -> None:
        self._error("Incorrect JSON value type", detail, start, end)

    def _unknown_argument(self, item: ast.Attribute, schema: Schema) -> None:
        if item.name in schema.blocks:
            self._error("Unsupported argument", f'An argument named "{item.name}" is not expected '
                        'here. '
                        f"Did you mean to define a block of type \"{item.name}\"?",
                        item.start, item.name_end)
            return
        settable = [n for n, a in schema.attributes.items() if not a.computed_only]
        hint = did_you_mean(item.name, [*settable, *schema.blocks])
        self._error("Unsupported argument", f'An argument named "{item.name}" is not expected '
                    'here. '
                    f"{hint}", item.start, item.name_end)

    def _attribute(self, item: ast.Attribute, spec: Attribute, prefix: str, scope: Scope) -> Value:
        path = prefix + item.name
        start, end = item.expr.start, item.expr.end
        self.ranges.note(path, start, end)
        try:
            value = evaluate(item.expr, scope)
            check_elements(value, item.expr)
        except EvalError as error:
            self.diags.add(error.diagnostic(self.source, self.address))
            return Unknown(plain(spec.type))
        try:
            value = convert(value, spec.type)
        except ConversionError as error:
            self.diags.error(
                "Incorrect attribute value type", f'Inappropriate value for attribute "{item.name}"'
                f": {without_secrets(str(error), (value,))}.", self.source.range(start, end),
                address=self.address, values=values_in(item.expr, scope))
            return Unknown(plain(spec.type))
        if spec.required and type(bare(value)) is Null:
            self._error("Missing required argument", f'The argument "{item.name}" is required, '
                        'but its '
                        "value is null.", start, end)
        self._check(value, spec, start, end)
        return value

    def _check(self, value: Value, spec: Attribute, start: int, end: int) -> None:
        inner = bare(value)
        kind = type(value)
        if not (kind is str or kind is int or kind is bool) and not spec.write_only:
            self._check_marks(value, spec, start, end)
        if type(inner) is Null or isinstance(inner, Unknown):
            return
        secret = spec.sensitive or bool(marks_deep(value))
        if spec.choices and type(inner) is str and inner not in spec.choices:
            known = ", ".join(f'"{c}"' for c in spec.choices)
            shown = HIDDEN if secret else f'"{inner}"'
            hint = "" if secret else did_you_mean(inner, spec.choices)
            self._error("Invalid value for argument", f'{shown} is not a valid value for '
                        f'"{spec.name}". Expected one of: {known}. {hint}', start, end)
        for validator in spec.validators:
            wrong = validator(to_python(value))
            if wrong:
                told = mark(value, (SENSITIVE,)) if secret else value
                self._error("Invalid value for argument", without_secrets(wrong, (told,)),
                            start, end)

    def _check_marks(self, value: Value, spec: Attribute, start: int, end: int) -> None:
        marks = marks_deep(value)
        once = next((m for m in marks if isinstance(m, OneTime)), None)
        if once is not None:
            self._error(
                "One-time value in an ordinary argument", f'The value of "{spec.name}" comes from '
                f"{once.address}.{once.attribute}, a secret that is returned once and never kept. "
                "It may "
                "be used only in write-only arguments, which are sent and forgotten.", start, end)
        elif EPHEMERAL in marks and self.kept:
            self._error("Invalid use of ephemeral value", 'Ephemeral values are not valid for '
                        f'"{spec.name}", '
                        "because its value is kept in the state.", start, end)

    def _blocks(self, out: dict[str, Value], blocks: Sequence[ast.Block], schema: Schema,
                prefix: str, where: tuple[int, int], scope: Scope) -> None:
        grouped: dict[str, list[tuple[ast.Block, ast.Body, Scope]]] = {}
        unknown: set[str] = set()
        for item in blocks:
            if item.type == "dynamic":
                self._dynamic(item, schema, grouped, unknown, scope)
                continue
            spec = schema.blocks.get(item.type)
            if spec is None:
                hint = did_you_mean(item.type, schema.names())
                as_argument = (f' Did you mean to set the argument "{item.type}"? If so, use "=".'
                               if item.type in schema.attributes else f" {hint}")
                self._error("Unsupported block type", f'Blocks of type "{item.type}" are not '
                            'expected '
                            f"here.{as_argument}", item.start, item.type_end)
                continue
            if item.labels:
                self._error(f"Extraneous label for {item.type}", f"No labels are expected for "
                            f"{item.type} blocks.", item.labels[0].start, item.labels[0].end)
            grouped.setdefault(item.type, []).append((item, item.body, scope))
        for name, nested in schema.blocks.items():
            found = grouped.get(name, [])
            if name in unknown:
                out[name] = Unknown(plain(nested.type))
                continue
            out[name] = self._nested(found, nested, prefix, where)

    def _nested(self, found: list[tuple[ast.Block, ast.Body, Scope]], nested: BlockType,
                prefix: str,
                where: tuple[int, int]) -> Value:
        inner = nested.model.schema()
        most = 1 if nested.nesting == "single" else nested.max_items
        if most and len(found) > most:
            extra, first = found[most][0], found[0][0]
            self.diags.error(
                f"Too many {nested.name} blocks",
                f'No more than {most} "{nested.name}" block(s) are '
                "allowed.", self.source.range(extra.start, extra.header_end), address=self.address,
                related=(("the first one", self.source.range(first.start, first.header_end)),))
            found = found[:most]
        if len(found) < nested.min_items:
            self._error(f"Insufficient {nested.name} blocks", f'At least {nested.min_items} '
                        f'"{nested.name}" block(s) are required.', *where)
        values = []
        for index, (item, body, scope) in enumerate(found):
            path = f"{prefix}{nested.name}" + ("" if nested.nesting == "single" else f"[{index}]")
            self.ranges.note(path, item.start, item.header_end)
            values.append(self._body(body.attributes, body.blocks, inner, f"{path}.",
                                     (item.start, item.header_end), scope))
        if nested.nesting == "single":
            return values[0] if values else Null(inner.type)
        if nested.nesting == "set":
            return make_set(values, plain(inner.type))
        return ListV(tuple(values), plain(inner.type))

    def _dynamic(self, item: ast.Block, schema: Schema,
                 grouped: dict[str, list[tuple[ast.Block, ast.Body, Scope]]], unknown: set[str],
                 scope: Scope) -> None:
        name = item.labels[0].text if item.labels else ""
        if name not in schema.blocks:
            hint = did_you_mean(name, schema.blocks)
            self._error("Unsupported block type", f'Blocks of type "{name}" are not expected here. '
                        f"{hint}", item.start, item.header_end)
            return
        attributes = {a.name: a for a in item.body.attributes}
        contents = [b for b in item.body.blocks if b.type == "content"]
        if "for_each" not in attributes or len(contents) != 1:
            self._error("Invalid dynamic block", "A dynamic block needs a for_each argument and "
                        "exactly "
                        "one content block.", item.start, item.header_end)
            return
        iterator = name
        if "iterator" in attributes:
            node: Any = attributes["iterator"].expr
            iterator = node.name if type(node) is ast.Ref else name
        each = attributes["for_each"].expr
        try:
            value, marks = unmark(evaluate(each, scope))
        except EvalError as error:
            self.diags.add(error.diagnostic(self.source, self.address))
            unknown.add(name)
            return
        if not is_known(value):
            unknown.add(name)
            return
        pairs = elements(value)
        if pairs is None:
            self._error("Invalid dynamic for_each value", "Cannot use this value in for_each: a "
                        "map, set "
                        "or list is required.", each.start, each.end)
            return
        for key, element in pairs:
            inner = Local(scope, {
                iterator: {"key": mark(key, marks), "value": mark(element, marks)}})
            grouped.setdefault(name, []).append((item, contents[0].body, inner))


def with_defaults(values: Mapping[str, Value], schema: Schema) -> dict[str, Value]:
    """The configured values with the schema's defaults in place of nulls, in nested blocks too."""
    out = dict(values)
    for name, spec in schema.attributes.items():
        if spec.default is not None and not spec.computed_only:
            found = out.get(name)
            if found is None or type(bare(found)) is Null:
                out[name] = to_value(spec.default, spec.type)
    for name, nested in schema.blocks.items():
        inner = nested.model.schema()
        value = out.get(name)
        if nested.nesting == "single" and type(value) is dict:
            out[name] = with_defaults(value, inner)
        elif isinstance(value, ListV):
            out[name] = ListV(tuple(with_defaults(v, inner) if type(v) is dict else v
                                    for v in value.items), value.element)
        elif value is not None and not isinstance(bare(value), (Null, Unknown)):
            plain_value, marks = unmark_deep(value)
            if hasattr(plain_value, "items") and isinstance(plain_value.items, tuple):
                out[name] = mark(make_set([with_defaults(v, inner) for v in plain_value.items],
                                          plain_value.element), marks)
    return out
