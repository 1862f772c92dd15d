"""The decoded configuration: blocks with their expressions, not yet evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from vbrprov.diag import SourceFile, SourceRange
from vbrprov.sdk.facts import Suppression
from vbrprov.syntax import ast
from vbrprov.values import DYNAMIC, Type

#: Module calls from the root inward, without instance keys.
ModulePath = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression and the file it stands in."""

    node: ast.Expr
    source: SourceFile

    @property
    def range(self) -> SourceRange:
        """Where it stands."""
        return self.source.range(self.node.start, self.node.end)


@dataclass(frozen=True, slots=True)
class Content:
    """The body of a block (meta-arguments removed) and the file it stands in."""

    attributes: tuple[ast.Attribute, ...]
    blocks: tuple[ast.Block, ...]
    source: SourceFile
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Condition:
    """A validation, precondition or postcondition."""

    condition: Expression
    message: Expression
    range: SourceRange


@dataclass(frozen=True, slots=True)
class Variable:
    """A ``variable`` block."""

    name: str
    range: SourceRange
    type: Type = DYNAMIC
    type_given: bool = False
    default: Expression | None = None
    description: str = ""
    sensitive: bool = False
    ephemeral: bool = False
    nullable: bool = True
    validations: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class LocalValue:
    """One attribute of a ``locals`` block."""

    name: str
    value: Expression
    range: SourceRange


@dataclass(frozen=True, slots=True)
class OutputValue:
    """An ``output`` block."""

    name: str
    range: SourceRange
    value: Expression
    description: str = ""
    sensitive: bool = False
    ephemeral: bool = False
    depends_on: tuple[Expression, ...] = ()
    preconditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class ProviderRef:
    """``aws`` or ``aws.alias``."""

    name: str
    alias: str = ""

    def __str__(self) -> str:
        return f"{self.name}.{self.alias}" if self.alias else self.name


@dataclass(frozen=True, slots=True)
class ProviderBlock:
    """A ``provider`` block."""

    ref: ProviderRef
    content: Content
    range: SourceRange


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The ``lifecycle`` block; ``None`` where nothing was said."""

    create_before_destroy: bool | None = None
    prevent_destroy: Expression | None = None
    ignore_changes: tuple[tuple[str, ...], ...] = ()
    ignore_all: bool = False
    replace_triggered_by: tuple[Expression, ...] = ()
    preconditions: tuple[Condition, ...] = ()
    postconditions: tuple[Condition, ...] = ()
    destroy: bool = True
    enabled: Expression | None = None


@dataclass(frozen=True, slots=True)
class AttestBlock:
    """An ``attest`` block, not yet evaluated."""

    content: Content
    range: SourceRange


@dataclass(frozen=True, slots=True)
class Resource:
    """A ``resource`` or ``data`` block (``mode``: managed or data)."""

    mode: str
    type: str
    name: str
    content: Content
    range: SourceRange
    type_range: SourceRange
    provider: ProviderRef
    provider_range: SourceRange | None = None
    count: Expression | None = None
    for_each: Expression | None = None
    depends_on: tuple[Expression, ...] = ()
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    attestations: tuple[AttestBlock, ...] = ()
    suppressions: tuple[Suppression, ...] = ()

    @property
    def key(self) -> str:
        """Its address within the module."""
        return f"data.{self.type}.{self.name}" if self.mode == "data" else f"{self.type}.{self.name}"


@dataclass(frozen=True, slots=True)
class ModuleCall:
    """A ``module`` block."""

    name: str
    range: SourceRange
    source: str
    arguments: dict[str, Expression]
    argument_ranges: dict[str, SourceRange]
    count: Expression | None = None
    for_each: Expression | None = None
    depends_on: tuple[Expression, ...] = ()
    providers: dict[str, ProviderRef] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """The ``vbrprov`` (or ``terraform``) block of the root module."""

    required_version: str = ""
    required_version_range: SourceRange | None = None
    backend: tuple[str, Content] | None = None
    required_providers: tuple[str, ...] = ()


@dataclass(slots=True)
class Module:
    """One module: everything its files declare, and the modules it calls."""

    path: ModulePath
    directory: str
    variables: dict[str, Variable] = field(default_factory=dict)
    locals: dict[str, LocalValue] = field(default_factory=dict)
    outputs: dict[str, OutputValue] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)
    providers: dict[str, ProviderBlock] = field(default_factory=dict)
    calls: dict[str, ModuleCall] = field(default_factory=dict)
    children: dict[str, Module] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    sources: dict[str, SourceFile] = field(default_factory=dict)

    def walk(self) -> Iterator[Module]:
        """This module and all below, parents first."""
        yield self
        for child in self.children.values():
            yield from child.walk()
