"""From a request to a graph with inputs: what every command that reads a configuration needs."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from vbrprov import __version__
from vbrprov.config import Files, Module, load
from vbrprov.config.constants import constant
from vbrprov.config.load import Parse
from vbrprov.diag import Diagnostics
from vbrprov.evaluate import EvalError, NamesOnly, evaluate
from vbrprov.graph import Graph, build_graph
from vbrprov.sdk.function import FunctionContext
from vbrprov.secrets import Redactor
from vbrprov.syntax import parse_config, parse_template
from vbrprov.syntax.cache import ParseCache
from vbrprov.values import SENSITIVE, Value, mark, unmark_deep
from vbrprov.workflow.early import Early
from vbrprov.workflow.packages.installed import Installed
from vbrprov.workflow.request import Request
from vbrprov.workflow.variables import collect


class Prepared(msgspec.Struct):
    """A configuration that was read and checked for form."""

    root: Module
    graph: Graph
    values: dict[str, Value]
    files: Files
    context: FunctionContext
    early: Early
    workspace: str = "default"


def make_context(directory: str, *, applying: bool, plan_time: str = "",
                 root_dir: str = "", also: tuple[str, ...] = (),
                 redactor: Redactor | None = None) -> FunctionContext:
    """The surroundings of functions for a run.

    Files are read only below *root_dir* and in the folders *also*.
    """
    from vbrprov.diag import SourceFile

    def render(text: str, name: str, variables: dict[str, Value]) -> Value:
        source = SourceFile(name, text)
        node, diags = parse_template(source)
        for found in diags:
            where = f"{found.subject}: " if found.subject else ""
            raise ValueError(f"{where}{found.summary}: {found.detail}")
        try:
            return evaluate(node, NamesOnly(variables, context, "in this template"))
        except EvalError as error:
            raise ValueError(f"{source.range(error.start, error.end)}: {error.detail}") from None

    when = plan_time or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    context = FunctionContext(base_dir=directory, root_dir=root_dir or directory,
                              plan_time=when, applying=applying, render=render, also=also,
                              reveal=None if redactor is None else redactor.reveal, files={})
    return context


def early_values(request: Request, values: dict[str, Value] | None = None) -> Early:
    """What evaluates arguments that are needed before anything is planned."""
    return Early(request, lambda folder: make_context(folder, applying=False), values)


def installed(request: Request, redactor: Redactor) -> Installed:
    """The modules that are not local, as ``init`` installed them."""
    return Installed(request, early_values(request), redactor)


def prepare(request: Request, diags: Diagnostics, redactor: Redactor, *, files: Files | None = None,
            parse: Parse | None = None, plan_time: str = "",
            packages: Installed | None = None) -> Prepared | None:
    """Load, check and connect a configuration; ``None`` after errors."""
    files = files or request.files()
    packages = packages or installed(request, redactor)
    root, found = load(request.directory, files, parse or _parse(request), packages)
    diags.extend(found)
    if found.has_errors:
        # The graph of half a configuration would only repeat what is already reported.
        return None
    _check_version(root, diags)
    context = make_context(request.directory, applying=False, plan_time=plan_time,
                           root_dir=common_folder(root), also=package_folders(root),
                           redactor=redactor)
    # Always from disk, and past the cache: files of values may hold secrets, so nothing keeps them.
    inputs = collect(request, root, request.files(), parse_config, context, diags)
    graph, found = build_graph(root)
    diags.extend(found)
    for name, value in inputs.values.items():
        if root.variables[name].sensitive:
            hide(value, redactor.add)
    for variable in root.variables.values():
        if variable.sensitive and variable.default is not None:
            fixed = constant(variable.default.node, variable.default.source, Diagnostics())
            hide(fixed, redactor.add)
    if diags.has_errors:
        return None
    return Prepared(root, graph, inputs.values, files, context, packages.early, request.workspace)


def _parse(request: Request) -> Parse:
    # The cache lies outside the folder.
    return parse_config if request.untrusted else ParseCache().parse


def common_folder(root: Module) -> str:
    """The folder that holds all modules: a module beside the root may read its own files."""
    return os.path.commonpath(
        [os.path.abspath(m.directory or ".") for m in root.walk() if m.package is None])


def package_folders(root: Module) -> tuple[str, ...]:
    """The folders of the modules that are not local: their files may be read too."""
    return tuple(dict.fromkeys(m.package.folder for m in root.walk() if m.package is not None))


def hide(value: Value, add: Callable[[str], None]) -> None:
    """Tell the redactor every string in a secret value."""
    inner, _ = unmark_deep(mark(value, (SENSITIVE,)))
    if isinstance(inner, str):
        add(inner)
        return
    nested = inner if isinstance(inner, (tuple, dict)) else getattr(inner, "items", ())
    for item in nested.values() if isinstance(nested, dict) else nested:
        hide(item, add)


def _check_version(root: Module, diags: Diagnostics) -> None:
    wanted = root.settings.required_version
    if root.settings.required_version_range is None:
        return
    from vbrprov.workflow.versions import satisfies

    try:
        fine = satisfies(__version__, wanted)
    except ValueError as error:
        diags.error("Invalid version constraint", str(error), root.settings.required_version_range)
        return
    if not fine:
        diags.error("Unsupported version", f"This configuration requires vbrprov {wanted}, but "
                    f"this is vbrprov {__version__}.", root.settings.required_version_range)


def absolute(path: str) -> str:
    """*path* from the root of the file system."""
    return os.path.abspath(path)
