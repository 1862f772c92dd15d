"""Reading a block's body against what it may hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from vbrprov.config.model import Condition, Content, Expression, Resource
from vbrprov.config.references import references
from vbrprov.diag import Diagnostics, SourceFile, SourceRange, did_you_mean
from vbrprov.syntax import ast
from vbrprov.values.number import format_number, parse_number


class BlockReader:
    """One block while it is decoded: takes out what is known, reports the rest."""

    def __init__(self, block: ast.Block, source: SourceFile, diags: Diagnostics) -> None:
        self.block = block
        self.source = source
        self.diags = diags
        self._attributes = {a.name: a for a in block.body.attributes}
        self._blocks = list(block.body.blocks)
        self._known: list[str] = []

    def range(self, node: Any) -> SourceRange:
        """The range of a node of this file."""
        return self.source.range(node.start, node.end)

    @property
    def header(self) -> SourceRange:
        """The block's header."""
        return self._header_of(self.block)

    def labels(self, *names: str) -> list[str] | None:
        """The labels, or ``None`` (and an error) when there are not as many as *names*."""
        labels = self.block.labels
        if len(labels) < len(names):
            self.diags.error(
                f"Missing {names[len(labels)]} for {self.block.type}",
                f"All {self.block.type} blocks must have {len(names)} labels ({', '.join(names)}).",
                self.header)
            return None
        if len(labels) > len(names):
            expects = f"only {len(names)} labels ({', '.join(names)})" if names else "no labels"
            self.diags.error(f"Extraneous label for {self.block.type}",
                             f"Blocks of type {self.block.type} have {expects}.",
                             self.range(labels[len(names)]))
            return None
        out = []
        for label in labels:
            if not is_identifier(label.text):
                self.diags.error(
                    "Invalid name", f'"{label.text}" is not a valid name. A name must start with a '
                    "letter or underscore and may contain only letters, digits, underscores, and "
                    "dashes.", self.range(label))
                return None
            out.append(label.text)
        return out

    def take(self, name: str) -> Expression | None:
        """The expression of an attribute, if set."""
        self._known.append(name)
        found = self._attributes.pop(name, None)
        return Expression(found.expr, self.source) if found else None

    def is_null(self, name: str) -> bool:
        """Whether an attribute is written as null, which is taken as if it was not set."""
        found = self._attributes.get(name)
        null = found is not None and type(found.expr) is ast.Literal and found.expr.value is None
        if null:
            self.take(name)
        return null

    def attribute_range(self, name: str) -> SourceRange:
        """Where an attribute stands (the block's header when it is not set)."""
        for item in self.block.body.attributes:
            if item.name == name:
                return self.range(item)
        return self.header

    def required(self, name: str) -> Expression | None:
        """The expression of an attribute that must be set."""
        found = self.take(name)
        if found is None:
            self.diags.error("Missing required argument", f'The argument "{name}" is required, but '
                             "no definition was found.", self.header)
        return found

    def take_blocks(self, name: str) -> list[ast.Block]:
        """All nested blocks of a type."""
        self._known.append(name)
        found = [b for b in self._blocks if b.type == name]
        self._blocks = [b for b in self._blocks if b.type != name]
        return found

    def has_block(self, name: str) -> bool:
        """Whether there is a nested block of a type."""
        return any(b.type == name for b in self._blocks)

    def take_block(self, name: str) -> ast.Block | None:
        """The only nested block of a type; more than one is an error."""
        found = self.take_blocks(name)
        if len(found) > 1:
            self.diags.error(
                f"Duplicate {name} block", f"Only one {name} block is allowed here.",
                self._header_of(found[1]), related=(("the first one", self._header_of(found[0])),))
        return found[0] if found else None

    def _header_of(self, block: ast.Block) -> SourceRange:
        return self.source.range(block.start, block.header_end)

    def literal(self, name: str, kind: type, default: Any) -> Any:
        """The literal value of an attribute; anything but a literal of *kind* is an error."""
        found = self.take(name)
        if found is None:
            return default
        node: Any = found.node
        if type(node) is ast.Literal and type(node.value) is kind:
            return node.value
        if kind is bool and type(node) is ast.Literal and node.value in ("true", "false"):
            return node.value == "true"
        if kind is str and type(node) is ast.Literal and node.value is not None:
            return str(node.value).lower()
        if kind is str and type(node) is ast.Number:
            return format_number(parse_number(node.text))
        words = {bool: "true or false", str: "a plain string, without references"}[kind]
        self.diags.error("Unsuitable value type", f'The value of "{name}" must be {words}.',
                         found.range)
        return default

    def expressions(self, name: str) -> tuple[Expression, ...]:
        """The elements of a literal list, each an expression of its own."""
        found = self.take(name)
        if found is None:
            return ()
        node: Any = found.node
        if type(node) is not ast.Tuple:
            self.diags.error("Invalid expression", f'The value of "{name}" must be a list of '
                             "references: [a.b, c.d].", found.range)
            return ()
        return tuple(Expression(item, self.source) for item in node.items)

    def conditions(self, name: str) -> tuple[Condition, ...]:
        """Nested ``validation``, ``precondition``, ``postcondition`` or ``assert`` blocks."""
        out = []
        for nested in self.take_blocks(name):
            reader = BlockReader(nested, self.source, self.diags)
            reader.labels()
            condition = reader.required("condition")
            message = reader.required("error_message")
            reader.finish()
            if condition and next(references(condition.node), None) is None:
                self.diags.error(
                    f"Invalid {name} expression", "The condition expression must refer to at least "
                    "one object from elsewhere in the configuration, or else its result would not "
                    "be checking anything.", condition.range)
            if condition and message:
                out.append(Condition(condition, message, reader.header))
        return tuple(out)

    def duplicate_resource(self, word: str, second: Resource, other: Resource) -> None:
        """Report a second declaration of a resource, with both places."""
        first = other.range
        kind = "ephemeral resource" if word == "ephemeral" else word
        self.diags.error(
            f'Duplicate {word} "{second.type}" configuration', f"A {second.type} {kind} named "
            f'"{second.name}" was already declared at {first.filename}:{first.start.line},'
            f"{first.start.column}. Resource names must be unique per type in each module.",
            second.range, related=(("first declared here", first),))

    def finish(self) -> None:
        """Report everything that nobody took."""
        for item in self._attributes.values():
            hint = did_you_mean(item.name, self._known)
            self.diags.error(
                "Unsupported argument", f'An argument named "{item.name}" is not expected here. '
                f"{hint}".strip(), self.source.range(item.start, item.name_end))
        for nested in self._blocks:
            hint = did_you_mean(nested.type, self._known)
            self.diags.error(
                "Unsupported block type", f'Blocks of type "{nested.type}" are not expected here. '
                f"{hint}".strip(), self.source.range(nested.start, nested.type_end))

    def content(self) -> Content:
        """What nobody took, as the body to be decoded against a schema."""
        return Content(tuple(self._attributes.values()), tuple(self._blocks), self.source,
                       self.block.start, self.block.header_end)


def is_identifier(text: str) -> bool:
    """Whether *text* is a valid name."""
    if not text:
        return False
    plain = text.replace("-", "_")
    return plain.isidentifier() and text[0] != "-"


def traversal_names(expression: Expression) -> list[str] | None:
    """``a.b.c`` as names, or ``None`` when the expression is anything else."""
    node: Any = expression.node
    if type(node) is not ast.Ref:
        return None
    names = [node.name]
    for step in node.steps:
        if type(step) is not ast.AttrStep:
            return None
        names.append(step.name)
    return names


Unique = Callable[[str], None]


def duplicate(diags: Diagnostics, what: str, name: str, second: SourceRange, first: SourceRange,
              rule: str) -> None:
    """Report a second declaration of the same thing, with both places."""
    diags.error(f"Duplicate {what}", f'{rule} "{name}" was already declared at '
                f"{first.filename}:{first.start.line},{first.start.column}. Names must be unique "
                "per module.", second, related=(("first declared here", first),))


def all_of(items: Iterable[Any]) -> bool:
    """Whether none of *items* is ``None``."""
    return all(item is not None for item in items)
