"""The configuration of one run: the module under test with what the test file puts into it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

import msgspec

from vbrprov.addrs import ParsedAddress
from vbrprov.config import DiskFiles, Module, load
from vbrprov.config.constants import constant
from vbrprov.config.load import Parse
from vbrprov.config.model import (
    Content,
    Expression,
    OutputValue,
    ProviderBlock,
    ProviderRef,
    Variable,
)
from vbrprov.config.testfile import MockProvider, RunBlock, TestFile
from vbrprov.diag import Diagnostics
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.expression import evaluate
from vbrprov.evaluate.scope import Scope
from vbrprov.graph import build_graph
from vbrprov.secrets import Redactor
from vbrprov.syntax import ast
from vbrprov.testing.doubles import Doubles, Given, MockClient
from vbrprov.testing.literals import literal
from vbrprov.values import Value, bare
from vbrprov.workflow.packages.installed import Installed
from vbrprov.workflow.prepare import (
    Prepared,
    common_folder,
    early_values,
    hide,
    make_context,
    package_folders,
)
from vbrprov.workflow.request import Request


class Loaded(msgspec.Struct):
    """A configuration that is ready to be planned, and its doubles."""

    prepared: Prepared
    doubles: Doubles


def value_of(expression: Expression | None, scope: Scope, diags: Diagnostics) -> Value | None:
    """The value of an expression of a test file; ``None`` (reported) without one."""
    if expression is None:
        return None
    try:
        return evaluate(expression.node, scope)
    except EvalError as error:
        diags.add(error.diagnostic(expression.source))
        return None


def load_run(file: TestFile, run: RunBlock, given: Mapping[str, Value], scope: Scope,
             parse: Parse, redactor: Redactor, environ: Mapping[str, str],
             diags: Diagnostics) -> tuple[Module, Loaded | None]:
    """Load the module of a run; without a second part when there were errors.

    Args:
        file: The test file.
        run: The run.
        given: Values of variables from everywhere, the test's own last.
        scope: Of expressions in the test file.
        parse: Parses a file.
        redactor: Told sensitive values.
        environ: The environment, which may say where installed modules are.
        diags: Collects what is wrong.
    """
    directory = os.path.normpath(run.module) if run.module else "."
    files = DiskFiles()
    # What is not local is installed where the test is started.
    packages = Installed(
        Request(environ=environ),
        early_values(Request(directory=directory, environ=environ), dict(given)), redactor)
    root, found = load(directory, files, parse, packages)
    diags.extend(found)
    if diags.has_errors:
        return root, None
    _put_providers(root, file, run, scope, diags)
    doubles = _doubles(file, run, scope, diags)
    _cut_modules(root, file, run, scope, diags)
    graph, found = build_graph(root)
    diags.extend(found)
    values = _variables(root, run, given, redactor, diags)
    if diags.has_errors:
        return root, None
    context = make_context(directory, applying=False, root_dir=common_folder(root),
                           also=package_folders(root), redactor=redactor)
    return root, Loaded(Prepared(root, graph, values, files, context, packages.early),
                        doubles)


def _put_providers(root: Module, file: TestFile, run: RunBlock, scope: Scope,
                   diags: Diagnostics) -> None:
    """Put the test's provider configurations in the place of the module's own."""
    blocks = {**file.providers, **{
        name: ProviderBlock(mock.ref, _nothing(file), mock.range)
        for name, mock in file.mocks.items()}}
    for inside, outside in _passed(file, run):
        block = blocks.get(outside)
        if block is None:
            diags.error("Missing provider", f'The providers argument names "{outside}", but the '
                        "test file has no provider or mock_provider block for it.", run.range)
            continue
        content = _constant_content(block.content, scope, diags)
        name, _, alias = inside.partition(".")
        # How many instances it has is for the module to say: resources choose among them.
        own = root.providers.get(inside)
        root.providers[inside] = ProviderBlock(ProviderRef(name, alias), content, block.range,
                                               own.for_each if own is not None else None)


def _passed(file: TestFile, run: RunBlock) -> list[tuple[str, str]]:
    """Names of provider configurations in the module, and in the test file."""
    if run.providers is not None:
        return [(inside, str(outside)) for inside, outside in run.providers.items()]
    return [(name, name) for name in (*file.providers, *file.mocks)]


def _nothing(file: TestFile) -> Content:
    return Content((), (), file.source, 0, 0)


def _constant_content(content: Content, scope: Scope, diags: Diagnostics) -> Content:
    """*content* with values for expressions: the module knows nothing of the test's names."""
    def attributes(items: Iterable[ast.Attribute]) -> list[ast.Attribute]:
        out = []
        for item in items:
            value = value_of(Expression(item.expr, content.source), scope, diags)
            if value is not None:
                node = literal(value, item.expr.start, item.expr.end)
                out.append(msgspec.structs.replace(item, expr=node))
        return out

    def blocks(items: Iterable[ast.Block]) -> list[ast.Block]:
        return [msgspec.structs.replace(item, body=ast.Body(
            item.body.start, item.body.end, attributes(item.body.attributes),
            blocks(item.body.blocks))) for item in items]

    return Content(tuple(attributes(content.attributes)), tuple(blocks(content.blocks)),
                   content.source, content.start, content.end)


def _doubles(file: TestFile, run: RunBlock, scope: Scope, diags: Diagnostics) -> Doubles:
    clients: dict[str, MockClient] = {}
    mocks: dict[str, MockProvider] = {}
    for inside, outside in _passed(file, run):
        mock = file.mocks.get(outside)
        if mock is not None:
            mocks[inside] = mock
            clients[f"provider.{inside}"] = MockClient({
                key: Given(_object(kind.defaults, scope, diags), kind.during_plan, str(kind.range))
                for key, kind in mock.types.items()})
    overrides: list[tuple[ParsedAddress, Given]] = [
        (item.target, Given(_object(item.values, scope, diags), item.during_plan, str(item.range)))
        for item in (*(o for m in mocks.values() for o in m.overrides), *file.overrides,
                     *run.overrides) if item.kind != "module"]
    return Doubles(clients, overrides)


def _object(expression: Expression | None, scope: Scope,
            diags: Diagnostics) -> Mapping[str, Value]:
    value = bare(value_of(expression, scope, diags))
    if value is None:
        return {}
    items = value if isinstance(value, dict) else getattr(value, "items", None)
    if isinstance(items, Mapping):
        return items
    assert expression is not None
    diags.error("Invalid mock values", "Values by attribute name are expected here: { name = "
                "value }.", expression.range)
    return {}


def _cut_modules(root: Module, file: TestFile, run: RunBlock, scope: Scope,
                 diags: Diagnostics) -> None:
    """Leave of overridden modules nothing but variables and the given outputs."""
    for item in (*file.overrides, *run.overrides):
        if item.kind != "module":
            continue
        module: Module | None = root
        for name, _ in item.target.module:
            module = module.children.get(name) if module is not None else None
        if module is None:
            diags.warning("Invalid override target", f"The override target {item.target} does not "
                          "exist within the configuration under test. This could indicate a typo "
                          "in the target address or an unnecessary override.", item.target_range)
            continue
        given = _object(item.values, scope, diags)
        node = item.values.node if item.values is not None else None
        start, end = (node.start, node.end) if node is not None else (0, 0)
        module.outputs = {
            name: OutputValue(
                name, output.range, Expression(literal(given.get(name), start, end), file.source),
                output.description, output.sensitive, output.ephemeral)
            for name, output in module.outputs.items()}
        module.variables = {name: msgspec.structs.replace(v, validations=())
                            for name, v in module.variables.items()}
        module.locals, module.resources, module.providers = {}, {}, {}
        module.calls, module.children = {}, {}


def _variables(root: Module, run: RunBlock, given: Mapping[str, Value], redactor: Redactor,
               diags: Diagnostics) -> dict[str, Value]:
    for name, expression in run.variables.items():
        if name not in root.variables:
            diags.warning("Value for undeclared variable", "The module under test does not declare "
                          f'a variable named "{name}", but it is declared in run block '
                          f'"{run.name}".', expression.range)
    out: dict[str, Value] = {}
    for name, declared in root.variables.items():
        if name in given:
            out[name] = given[name]
            if declared.sensitive:
                hide(given[name], redactor.add)
        elif declared.default is None:
            _missing(declared, run, diags)
        elif declared.sensitive:
            default = constant(declared.default.node, declared.default.source, Diagnostics())
            hide(default, redactor.add)
    return out


def _missing(declared: Variable, run: RunBlock, diags: Diagnostics) -> None:
    diags.error("No value for required variable", f'The module under test for run block '
                f'"{run.name}" has a required variable "{declared.name}" with no set value. Use a '
                '-var or -var-file command line argument or add this variable into a "variables" '
                "block within the test file or run block.", declared.range)
