"""Where the folder of a module call is: beside its caller, or in a package that was installed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

import msgspec

from vbrprov.config.credentials import credentials
from vbrprov.config.model import Expression, Module, ModuleCall, Package
from vbrprov.config.sources import Kind, Source, SourceError, parse_source
from vbrprov.config.versions import canonical, parse_constraint
from vbrprov.diag import Diagnostics
from vbrprov.syntax import ast


class Wanted(msgspec.Struct, frozen=True):
    """A package that a module call needs. ``address`` is what it is recorded under."""

    call: ModuleCall
    module: Module
    source: Source
    address: str
    #: The archive or folder on this machine; empty where it is somewhere else.
    path: str = ""

    @property
    def name(self) -> str:
        """The call's place in the configuration, as Terraform writes it: ``network.subnets``."""
        return ".".join((*self.module.path, self.call.name))

    @property
    def constraints(self) -> str:
        """The version constraint; empty where there is none."""
        return canonical(self.call.version)


class Packages(Protocol):
    """Knows early values and the packages that are installed."""

    def enter(self, module: Module) -> None:
        """The module whose calls are looked at next; its caller came before."""

    def text(self, expression: Expression, module: Module, what: str,
             diags: Diagnostics) -> str | None:
        """The value of an argument that must be known before anything else is."""

    def folder(self, wanted: Wanted, diags: Diagnostics) -> Package | None:
        """The package on disk; ``None``, and an error, when it is not there."""

    def hide(self, secrets: tuple[str, ...]) -> None:
        """Keep credentials out of everything that is printed."""


class LocalOnly:
    """Literal arguments and local paths; nothing is installed."""

    def enter(self, module: Module) -> None:
        """Literals need nothing."""

    def text(self, expression: Expression, module: Module, what: str,
             diags: Diagnostics) -> str | None:
        """Only what is written out."""
        return literal(expression, what, diags)

    def folder(self, wanted: Wanted, diags: Diagnostics) -> Package | None:
        """There is none."""
        not_installed(wanted, diags)
        return None

    def hide(self, secrets: tuple[str, ...]) -> None:
        """Nothing is printed here."""


class Location(msgspec.Struct, frozen=True):
    """Where a called module is, and the package that it is part of."""

    call: ModuleCall
    directory: str
    package: Package | None


def literal(expression: Expression, what: str, diags: Diagnostics) -> str | None:
    """The text of a plain string; anything else is an error."""
    node = expression.node
    if isinstance(node, ast.Literal) and isinstance(node.value, str):
        return node.value
    diags.error("Unsuitable value type", f'The value of "{what}" must be a plain string, without '
                "references.", expression.range)
    return None


def not_installed(wanted: Wanted, diags: Diagnostics) -> None:
    """Say that a package is missing, and how to get it."""
    diags.error("Module not installed", f'The module "{wanted.call.name}" is not installed yet. '
                "Modules that are not local are fetched by init only:\n\n    vbrprov init",
                wanted.call.source_range or wanted.call.range)


def locate(call: ModuleCall, module: Module, packages: Packages,
           diags: Diagnostics) -> Location | None:
    """Find the folder of a module call; ``None``, and an error, when that cannot be."""
    text = call.source
    if call.source_expression is not None:
        found = packages.text(call.source_expression, module, "source", diags)
        if found is None:
            return None
        text = found
    version = call.version
    if call.version_expression is not None:
        found = packages.text(call.version_expression, module, "version", diags)
        if found is None:
            return None
        version = found
    secrets = credentials(text)
    packages.hide(secrets)
    # An excerpt of the line would show a password that is too short for the redactor.
    where = call.range if secrets else call.source_range or call.range
    call = msgspec.structs.replace(call, version=version, source_range=where)
    try:
        source = parse_source(text)
    except SourceError as error:
        diags.error(error.summary, error.detail, where)
        return None
    if secrets:
        diags.warning("Credentials in a module source", "The source address holds a password or a "
                      "token, which everybody can read who can read this configuration. Remove it, "
                      "and let git's credential helper, an ssh agent or a signed address of short "
                      "life give access.", where)
    call = msgspec.structs.replace(call, source=source.shown)
    if version and source.kind is not Kind.GIT:
        diags.error("Module version not allowed", 'The argument "version" selects among the tags '
                    f'of a git repository, but "{source.shown}" is none. Remove the '
                    "argument.", where)
        return None
    try:
        parse_constraint(version or "0")
    except ValueError as error:
        diags.error("Invalid version constraint", str(error), where)
        return None
    if version and source.ref:
        diags.error("Conflicting module versions", 'The source says which "ref" to use and the '
                    'argument "version" which tags may be used. Remove one of them.', where)
        return None
    if source.kind is Kind.LOCAL:
        return _beside(call, source.location, module, diags)
    address, path = source.address, source.location
    if source.kind is Kind.ARCHIVE and path.startswith(("./", "../")):
        path = _joined(module.directory, path)
        if module.package is not None:
            if not _within(path, module.package.folder):
                _escapes(call, module, diags)
                return None
            inside = os.path.relpath(path, module.package.folder).replace(os.sep, "/")
            address = f"{module.package.address}//{inside}"
        else:
            # From the root module, so that every module means the same by the same address.
            address = path.replace(os.sep, "/")
            address = address if address.startswith(("/", "../")) else f"./{address}"
    package = packages.folder(Wanted(call, module, source, address, path), diags)
    if package is None:
        return None
    directory = _joined(package.folder, source.subdir)
    return Location(call, directory, package)


def _beside(call: ModuleCall, path: str, module: Module, diags: Diagnostics) -> Location | None:
    directory = _joined(module.directory, path)
    if module.package is not None and not _within(directory, module.package.folder):
        _escapes(call, module, diags)
        return None
    return Location(call, directory, module.package)


def _joined(folder: str, path: str) -> str:
    # As text, since a Path drops "./"; a folder shown to users has none either.
    absolute = Path(path).is_absolute()
    return os.path.normpath(path if absolute else f"{folder or '.'}{os.sep}{path}")


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _escapes(call: ModuleCall, module: Module, diags: Diagnostics) -> None:
    assert module.package is not None
    name = ".".join(f"module.{n}" for n in (*module.path, call.name))
    diags.error("Local module path escapes module package", "The given source directory for "
                f'{name} would be outside of its containing package "{module.package.address}". '
                'Local source addresses starting with "../" must stay within the same package that '
                "the calling module belongs to.", call.source_range or call.range)
