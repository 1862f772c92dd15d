"""Evaluating expressions against a configuration and its state, one at a time.

Resources are what the state says, without a look at the services; what is not in the state yet is
known after apply.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbrprov.addrs import ModuleInstance, instance_address
from vbrprov.config import Files, Module
from vbrprov.config.load import SUFFIX, DiskFiles, StoredFiles
from vbrprov.config.model import Resource
from vbrprov.config.references import attribute_path, references
from vbrprov.diag import Diagnostics, SourceFile, did_you_mean
from vbrprov.diag.suggest import allowance
from vbrprov.diff.stored import attributes_of
from vbrprov.evaluate import EvalError, NamesOnly, evaluate
from vbrprov.evaluate.expand import Expansion, expand
from vbrprov.evaluate.walk import Walk
from vbrprov.evaluate.world import Repeated, World
from vbrprov.functions import names as function_names
from vbrprov.functions.type import describe
from vbrprov.graph import Graph, Node
from vbrprov.plan.clients import unknown_object
from vbrprov.plan.environment import Environment
from vbrprov.sdk.function import FunctionContext
from vbrprov.state.errors import StateError
from vbrprov.state.model import StateData
from vbrprov.syntax import ast, decode_source, parse_expression
from vbrprov.values import (
    ConversionError,
    Unknown,
    Value,
    convert,
    type_of,
    unmark_deep,
)
from vbrprov.views.human.console import render
from vbrprov.workflow.backend import open_backend
from vbrprov.workflow.encryption import encryption_of
from vbrprov.workflow.prepare import make_context, prepare
from vbrprov.workflow.request import Request

if TYPE_CHECKING:
    from vbrprov.workflow.planning import Surroundings

INPUT_NAME = "<console-input>"


class Console:
    """One configuration with its values; answers one expression after the other."""

    def __init__(self, world: World) -> None:
        self.scope = world.scope(())
        self.root = world.root

    def answer(self, text: str | bytes) -> tuple[str, SourceFile, Diagnostics]:
        """What the console prints for an expression, and what is wrong with it."""
        allowance.renew()
        raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
        source, found = decode_source(INPUT_NAME, raw)
        diags = Diagnostics()
        diags.extend(found)
        if diags.has_errors:
            return "", source, diags
        node, found = parse_expression(source)
        diags.extend(found)
        if diags.has_errors:
            return "", source, diags
        try:
            return self._print(node), source, diags
        except EvalError as error:
            diags.add(error.diagnostic(source))
            return "", source, diags

    def _print(self, node: ast.Expr) -> str:
        for ref in references(node):
            self._check(ref)
        asked = _type_argument(node)
        for call in _calls_of_type(node if asked is None else asked):
            raise EvalError("Invalid use of type function", 'The console-only "type" function '
                            "cannot be used as part of an expression.", call.start, call.end)
        if asked is not None:
            return describe(type_of(unmark_deep(evaluate(asked, self.scope))[0]))
        return render(evaluate(node, self.scope))

    def _check(self, ref: ast.Ref) -> None:
        """A reference to nothing is wrong, even where it would not be evaluated."""
        declared: dict[str, Iterable[str]] = {"var": self.root.variables, "local": self.root.locals}
        known = declared.get(ref.name)
        name = "".join(attribute_path(ref)[:1])
        if known is None or not name:
            self.scope.resolve(ref)
        elif name not in known:
            word = "input variable" if ref.name == "var" else "local value"
            hint = did_you_mean(name, known)
            raise EvalError(f"Reference to undeclared {word}",
                            f'{"An" if ref.name == "var" else "A"} {word} with the name "{name}" '
                            f"has not been declared. {hint}".strip(), ref.start, ref.steps[0].end)

    def names(self) -> list[str]:
        """What may stand at the start of an expression: functions with "(", and addresses."""
        root = self.root
        return sorted({
            *(f"{name}(" for name in function_names()), *(f"var.{name}" for name in root.variables),
            *(f"local.{name}" for name in root.locals), *(f"module.{call.name}.{output}"
                                                          for call in root.calls.values()
                                                          for output in (
                                                              root.children[call.name].outputs
                                                              if call.name in root.children
                                                              else ())), *root.resources,
            "path.module", "path.root", "path.cwd", "terraform.workspace",})


def _type_argument(node: ast.Expr) -> ast.Expr | None:
    while type(node) is ast.Paren:
        node = node.expr
    if type(node) is ast.Call and _is_type(node) and len(node.args) == 1:
        return node.args[0]
    return None


def _is_type(call: ast.Call) -> bool:
    return call.name.removeprefix("core::") == "type"


def _calls_of_type(node: Any) -> Iterator[ast.Call]:
    """The calls of ``type`` in an expression."""
    stack = [node]
    while stack:
        item = stack.pop()
        if type(item) is ast.Call and _is_type(item):
            yield item
        if isinstance(item, list):
            stack.extend(item)
        elif isinstance(item, ast.Node):
            stack.extend(getattr(item, name) for name in item.__struct_fields__)


def open_console(request: Request, runtime: Surroundings) -> Console | None:
    """The console of a folder; ``None`` where there is a configuration that cannot be read."""
    prepared = prepare(request, runtime.diags, runtime.redactor, files=_files(request.directory))
    if prepared is None:
        return None
    runtime.add_sources(prepared.root)
    context = make_context(request.directory, applying=True, root_dir=prepared.context.root_dir,
                           also=prepared.context.also, redactor=runtime.redactor)
    _check_defaults(prepared.root, context, runtime.diags)
    if runtime.diags.has_errors:
        return None
    state = _read_state(request, prepared.root, runtime)
    if state is None:
        return None
    world = World(prepared.root, context, prepared.workspace)
    _fill(world, prepared.graph, prepared.values, state, runtime.environment(), runtime.diags)
    return Console(world)


def _files(directory: str) -> Files:
    """The folder's files; where none is a configuration, an empty one: expressions need none."""
    files = DiskFiles()
    try:
        if any(name.endswith(SUFFIX) for name in files.names(directory)):
            return files
    except OSError:
        return files
    name = f"console{SUFFIX}"
    return StoredFiles({name if directory in ("", ".") else str(Path(directory, name)): b""})


def _check_defaults(root: Module, context: FunctionContext, diags: Diagnostics) -> None:
    """A default that does not fit its variable is a mistake of form, whatever is asked."""
    for module in root.walk():
        for variable in module.variables.values():
            if variable.default is None:
                continue
            node, source = variable.default.node, variable.default.source
            try:
                value = evaluate(node, NamesOnly({}, context, "in a default"))
                value = convert(value, variable.type)
            except EvalError as error:
                diags.add(error.diagnostic(source))
            except ConversionError as error:
                diags.error("Invalid default value for variable", "This default value is not "
                            f"compatible with the variable's type constraint: {error}.",
                            variable.default.range)


def _read_state(request: Request, root: Module, runtime: Surroundings) -> StateData | None:
    sandbox_dir = None
    if request.sandbox:
        from vbrprov.sandbox import running

        info = running()
        if info is None:
            return StateData()
        sandbox_dir = info.state_dir(request.directory)
    found = Diagnostics()
    try:
        codecs = encryption_of(request, root, runtime.redactor, runtime.diags)
        if runtime.diags.has_errors:
            return None
        state, read = open_backend(request, root, found, sandbox_dir, redactor=runtime.redactor,
                                   codec=codecs.state).read()
    except StateError as error:
        runtime.diags.add(error.diagnostic)
        return None
    found.extend(read)
    runtime.diags.extend(found)
    return None if found.has_errors else state


def _fill(world: World, graph: Graph, values: dict[str, Value], state: StateData,
          environment: Environment, diags: Diagnostics) -> None:
    """Evaluate everything that is declared; mistakes become diagnostics and unknown values."""
    walk = Walk(world, values, diags)
    for key in graph.order:
        node = graph.nodes[key]
        if key[1] == "resource":
            for instance in world.module_instances.get(key[0], []):
                world.resources[instance, node.declared.key] = _resource(
                    node, instance, world, state, environment)
        elif key[1] != "provider":
            walk.visit(node)


def _resource(node: Node, module: ModuleInstance, world: World, state: StateData,
              environment: Environment) -> Repeated:
    declared: Resource = node.declared
    provider = node.provider[2].partition(".")[0] if node.provider else "vbrprov"
    registry = environment.registry
    find = registry.data_source if declared.mode == "data" else registry.resource_type
    kind = find(provider, declared.type) if registry.provider(provider) else None
    try:
        found = expand(declared.count, declared.for_each, declared.lifecycle.enabled,
                       world.scope(module))
    except EvalError:
        # How many there are is not known, or wrong; planning says more.
        found = Expansion("unknown", [])
    if kind is None:
        return Repeated("unknown")
    repeated = Repeated(found.mode)
    schema = kind.model.schema()
    for key in found.keys:
        address = instance_address(module, declared.mode, declared.type, declared.name, key)
        recorded = state.instances.get((address, ""))
        repeated.values[key] = (
            unknown_object(schema, address) if recorded is None
            else attributes_of(recorded, schema))
    if not found.keys and found.mode == "single":
        repeated.values[None] = Unknown()
    return repeated
