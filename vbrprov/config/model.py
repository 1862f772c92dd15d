"""The decoded configuration: blocks with their expressions, not yet evaluated."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from vbrprov.addrs import ParsedAddress
from vbrprov.diag import SourceFile, SourceRange
from vbrprov.sdk.notes import Suppression
from vbrprov.syntax import ast
from vbrprov.values import DYNAMIC, Type

#: Module calls from the root inward, without instance keys.
ModulePath = tuple[str, ...]


class Expression(msgspec.Struct, frozen=True):
    """An expression and the file it stands in."""

    node: ast.Expr
    source: SourceFile

    @property
    def range(self) -> SourceRange:
        """Where it stands."""
        return self.source.range(self.node.start, self.node.end)


class Content(msgspec.Struct, frozen=True):
    """The body of a block (meta-arguments removed) and the file it stands in."""

    attributes: tuple[ast.Attribute, ...]
    blocks: tuple[ast.Block, ...]
    source: SourceFile
    start: int
    end: int


class Condition(msgspec.Struct, frozen=True):
    """A validation, precondition or postcondition."""

    condition: Expression
    message: Expression
    range: SourceRange


class Variable(msgspec.Struct, frozen=True):
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


class LocalValue(msgspec.Struct, frozen=True):
    """One attribute of a ``locals`` block."""

    name: str
    value: Expression
    range: SourceRange


class OutputValue(msgspec.Struct, frozen=True):
    """An ``output`` block."""

    name: str
    range: SourceRange
    value: Expression
    description: str = ""
    sensitive: bool = False
    ephemeral: bool = False
    depends_on: tuple[Expression, ...] = ()
    preconditions: tuple[Condition, ...] = ()


class ProviderRef(msgspec.Struct, frozen=True):
    """``aws``, ``aws.alias`` or ``aws.alias[KEY]``; *key* says which instance of the block."""

    name: str
    alias: str = ""
    key: Expression | None = None

    def __str__(self) -> str:
        return f"{self.name}.{self.alias}" if self.alias else self.name


class ProviderBlock(msgspec.Struct, frozen=True):
    """A ``provider`` block."""

    ref: ProviderRef
    content: Content
    range: SourceRange
    for_each: Expression | None = None


class Lifecycle(msgspec.Struct, frozen=True):
    """The ``lifecycle`` block; ``None`` where nothing was said."""

    create_before_destroy: bool | None = None
    prevent_destroy: Expression | None = None
    ignore_changes: tuple[tuple[str, ...], ...] = ()
    #: Where each path of ``ignore_changes`` stands.
    ignored_at: tuple[SourceRange, ...] = ()
    ignore_all: bool = False
    replace_triggered_by: tuple[Expression, ...] = ()
    preconditions: tuple[Condition, ...] = ()
    postconditions: tuple[Condition, ...] = ()
    destroy: bool = True
    enabled: Expression | None = None


class AttestBlock(msgspec.Struct, frozen=True):
    """An ``attest`` block, not yet evaluated."""

    content: Content
    range: SourceRange


class Resource(msgspec.Struct, frozen=True):
    """A ``resource``, ``data`` or ``ephemeral`` block (``mode``: managed, data or ephemeral)."""

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
    lifecycle: Lifecycle = msgspec.field(default_factory=Lifecycle)
    attestations: tuple[AttestBlock, ...] = ()
    suppressions: tuple[Suppression, ...] = ()

    @property
    def key(self) -> str:
        """Its address within the module."""
        kind = "" if self.mode == "managed" else f"{self.mode}."
        return f"{kind}{self.type}.{self.name}"


class CheckBlock(msgspec.Struct, frozen=True):
    """A ``check`` block; ``data`` is seen by its assertions only."""

    name: str
    range: SourceRange
    source: SourceFile
    assertions: tuple[Condition, ...] = ()
    data: Resource | None = None

    @property
    def type_range(self) -> SourceRange:
        """Where the type of its data source stands."""
        return self.data.type_range if self.data is not None else self.range


class ModuleCall(msgspec.Struct, frozen=True):
    """A ``module`` block."""

    name: str
    range: SourceRange
    source: str
    arguments: dict[str, Expression]
    argument_ranges: dict[str, SourceRange]
    count: Expression | None = None
    for_each: Expression | None = None
    depends_on: tuple[Expression, ...] = ()
    providers: dict[str, ProviderRef] = {}
    provider_ranges: dict[str, SourceRange] = {}
    #: Where ``source`` and ``version`` are more than plain strings: what they are made from.
    source_expression: Expression | None = None
    version: str = ""
    version_expression: Expression | None = None
    source_range: SourceRange | None = None



class Moved(msgspec.Struct, frozen=True):
    """A ``moved`` block. Addresses are relative to the module that it stands in."""

    former: ParsedAddress
    to: ParsedAddress
    range: SourceRange


class Removed(msgspec.Struct, frozen=True):
    """A ``removed`` block. The address has no keys and is relative to the module."""

    former: ParsedAddress
    destroy: bool
    range: SourceRange


class Target(msgspec.Struct, frozen=True):
    """An address as it is written: names, each with the expression of its key."""

    modules: tuple[tuple[str, ast.Expr | None], ...]
    mode: str
    type_name: str
    name: str
    key: ast.Expr | None

    @property
    def block(self) -> ParsedAddress:
        """The address of the block, without any keys."""
        return ParsedAddress(tuple((name, None) for name, _ in self.modules), self.mode,
                             self.type_name, self.name)

    @property
    def keys(self) -> list[ast.Expr]:
        """The expressions of all keys."""
        return [k for _, k in (*self.modules, ("", self.key)) if k is not None]


class Import(msgspec.Struct, frozen=True):
    """An ``import`` block, not yet evaluated. ``target`` is the address that ``to`` is."""

    target: Target
    to: Expression
    id: Expression
    for_each: Expression | None
    provider: ProviderRef
    range: SourceRange
    provider_range: SourceRange | None = None

    @property
    def type_range(self) -> SourceRange:
        """Where the resource type stands."""
        return self.to.range


class Package(msgspec.Struct, frozen=True):
    """What was fetched as one piece: modules inside it may call each other by relative paths.

    ``hash`` is that of the content; empty for what comes with the program.
    """

    folder: str
    address: str
    hash: str = ""


class KeyProviderBlock(msgspec.Struct, frozen=True):
    """A ``key_provider`` block; ``id`` is ``key_provider.TYPE.NAME``."""

    id: str
    type: str
    range: SourceRange
    content: Content


class EncryptionMethod(msgspec.Struct, frozen=True):
    """A ``method`` block; ``keys`` is the id of its key provider, where it needs one."""

    type: str
    keys: str = ""


class EncryptionTarget(msgspec.Struct, frozen=True):
    """A ``state`` or ``plan`` block: the method that writes, then those that only read."""

    methods: tuple[str, ...]
    range: SourceRange


class Encryption(msgspec.Struct, frozen=True):
    """The ``encryption`` block, its blocks by what references call them."""

    range: SourceRange
    key_providers: dict[str, KeyProviderBlock] = {}
    methods: dict[str, EncryptionMethod] = {}
    state: EncryptionTarget | None = None
    plan: EncryptionTarget | None = None


class Settings(msgspec.Struct, frozen=True):
    """The ``vbrprov`` (or ``terraform``) block of the root module."""

    required_version: str = ""
    required_version_range: SourceRange | None = None
    backend: tuple[str, Content] | None = None
    encryption: Encryption | None = None
    required_providers: tuple[str, ...] = ()
    required_providers_range: SourceRange | None = None
    #: What ``configuration_aliases`` names (``aws.west``) and where: callers must pass it.
    configuration_aliases: dict[str, SourceRange] = {}


class Module(msgspec.Struct):
    """One module: everything its files declare, and the modules it calls."""

    path: ModulePath
    directory: str
    #: The package that it is part of; ``None`` in the tree of the root module.
    package: Package | None = None
    variables: dict[str, Variable] = {}
    locals: dict[str, LocalValue] = {}
    outputs: dict[str, OutputValue] = {}
    resources: dict[str, Resource] = {}
    ephemerals: dict[str, Resource] = {}
    checks: dict[str, CheckBlock] = {}
    providers: dict[str, ProviderBlock] = {}
    calls: dict[str, ModuleCall] = {}
    children: dict[str, Module] = {}
    moved: list[Moved] = []
    removed: list[Removed] = []
    imports: list[Import] = []
    #: Texts of resource blocks that this run has generated, by address.
    generated: dict[str, str] = {}
    settings: Settings = msgspec.field(default_factory=Settings)
    sources: dict[str, SourceFile] = {}

    def walk(self) -> Iterator[Module]:
        """This module and all below, parents first."""
        yield self
        for child in self.children.values():
            yield from child.walk()
