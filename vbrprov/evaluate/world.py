"""All values of a run: variables, locals, outputs and resources of every module instance.

The planner and the executor both walk the graph and fill a world; expressions read from it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vbrprov.addrs import InstanceKey, ModuleInstance
from vbrprov.config.model import Module, ModulePath
from vbrprov.config.references import attribute_path, without_prefix
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.scope import Scope
from vbrprov.sdk.function import FunctionContext
from vbrprov.syntax import ast
from vbrprov.values import DYNAMIC, EPHEMERAL, Unknown, Value, mark


@dataclass(slots=True)
class Repeated:
    """The instances of a resource or module: ``mode`` is single, count, each or unknown."""

    mode: str
    values: dict[InstanceKey, Value] = field(default_factory=dict)
    combined: Value = None

    def value(self) -> Value:
        """The one value that a reference to the whole sees; made once."""
        if self.mode == "unknown":
            return Unknown(DYNAMIC)
        if self.combined is None:
            if self.mode == "single":
                self.combined = self.values.get(None)
            elif self.mode == "count":
                self.combined = tuple(self.values[k] for k in sorted(self.values, key=_number))
            else:
                self.combined = {str(k): v for k, v in self.values.items()}
        return self.combined


def _number(key: InstanceKey) -> int:
    return key if isinstance(key, int) else 0


class World:
    """The values known so far, by module instance."""

    def __init__(self, root: Module, context: FunctionContext, workspace: str = "default") -> None:
        self.root = root
        self.context = context
        self.workspace = workspace
        self.modules: dict[ModulePath, Module] = {m.path: m for m in root.walk()}
        self.module_instances: dict[ModulePath, list[ModuleInstance]] = {(): [()]}
        self.call_modes: dict[tuple[ModuleInstance, str], tuple[str, list[InstanceKey]]] = {}
        self.each: dict[ModuleInstance, Value] = {}
        self.variables: dict[tuple[ModuleInstance, str], Value] = {}
        self.locals: dict[tuple[ModuleInstance, str], Value] = {}
        self.outputs: dict[tuple[ModuleInstance, str], Value] = {}
        self.resources: dict[tuple[ModuleInstance, str], Repeated] = {}

    def scope(self, instance: ModuleInstance,
              repetition: Mapping[str, Value] | None = None) -> ModuleScope:
        """The scope of expressions in a module instance, with ``each``, ``count``, ``self``."""
        path = tuple(name for name, _ in instance)
        return ModuleScope(self, self.modules[path], instance, repetition or {})


class ModuleScope:
    """Names as one module instance sees them."""

    __slots__ = ("instance", "module", "repetition", "world")

    def __init__(self, world: World, module: Module, instance: ModuleInstance,
                 repetition: Mapping[str, Value]) -> None:
        self.world = world
        self.module = module
        self.instance = instance
        self.repetition = repetition

    @property
    def context(self) -> FunctionContext:
        """What functions may know of their surroundings."""
        return self.world.context

    def resolve(self, ref: ast.Ref) -> tuple[Value, int]:
        """The value of the head of a reference."""
        name = ref.name
        if name == "local":
            return self._named(self.world.locals, ref)
        if name == "var":
            return self._named(self.world.variables, ref)
        if name in ("each", "count", "self"):
            return self._repetition(ref)
        if name == "path":
            return self._path(ref)
        if name in ("terraform", "vbrprov"):
            return self._settings(ref)
        if name == "module":
            return self._module(ref)
        if name == "resource" and ref.steps and type(ref.steps[0]) is ast.AttrStep:
            value, used = self._resource(without_prefix(ref))
            return value, used + 1
        return self._resource(ref)

    def _named(self, values: dict[tuple[ModuleInstance, str], Value],
               ref: ast.Ref) -> tuple[Value, int]:
        step: Any = ref.steps[0] if ref.steps else None
        if type(step) is ast.AttrStep:
            found = values.get((self.instance, step.name))
            # What failed to evaluate was reported there; here it is just not known.
            return (Unknown(DYNAMIC) if found is None else found), 1
        raise EvalError("Invalid reference", f'The "{ref.name}" object cannot be accessed '
                        'directly. '
                        "Instead, access one of its attributes.", ref.start, ref.name_end)

    def _repetition(self, ref: ast.Ref) -> tuple[Value, int]:
        if ref.name in self.repetition:
            if not ref.steps and ref.name != "self":
                raise EvalError("Invalid reference", f'The "{ref.name}" object cannot be accessed '
                                "directly. Instead, access one of its attributes.",
                                ref.start, ref.name_end)
            return self.repetition[ref.name], 0
        texts = {
            "each": ('Reference to "each" in context without for_each', 'The "each" object can be '
                     'used '
                     'only in blocks with the "for_each" argument set.'),
            "count": ('Reference to "count" in non-counted context', 'The "count" object can be '
                      'used '
                      'only in blocks with the "count" argument set.'),
            "self": ("Invalid \"self\" reference", 'The "self" object is not available here.'),
        }
        summary, detail = texts[ref.name]
        raise EvalError(summary, detail, ref.start, ref.name_end)

    def _path(self, ref: ast.Ref) -> tuple[Value, int]:
        step: Any = ref.steps[0] if ref.steps else None
        name = step.name if type(step) is ast.AttrStep else ""
        if name == "module":
            return self.module.directory or ".", 1
        if name == "root":
            return self.world.root.directory or ".", 1
        if name == "cwd":
            return os.getcwd(), 1  # noqa: PTH109  # the language promises exactly this string
        raise EvalError('Invalid "path" attribute', f'The "path" object does not have an attribute '
                        f'named "{name}". Known: module, root, cwd.', ref.start, ref.name_end)

    def _settings(self, ref: ast.Ref) -> tuple[Value, int]:
        step: Any = ref.steps[0] if ref.steps else None
        if type(step) is ast.AttrStep and step.name == "workspace":
            return self.world.workspace, 1
        if type(step) is ast.AttrStep and step.name == "applying":
            return mark(self.world.context.applying, (EPHEMERAL,)), 1
        raise EvalError(f'Invalid "{ref.name}" attribute', f'The "{ref.name}" object has only the '
                        'attributes "workspace" and "applying".', ref.start, ref.name_end)

    def _module(self, ref: ast.Ref) -> tuple[Value, int]:
        step: Any = ref.steps[0] if ref.steps else None
        if type(step) is not ast.AttrStep or step.name not in self.module.calls:
            raise EvalError("Invalid reference", "Name a module call and one of its outputs: "
                            "module.NAME.OUTPUT.", ref.start, ref.name_end)
        call = step.name
        mode, keys = self.world.call_modes.get((self.instance, call), ("unknown", []))
        child = self.module.children.get(call)
        if mode == "unknown" or child is None:
            return Unknown(DYNAMIC), 1
        outputs = self.world.outputs
        if mode == "single":
            # Only the output that is asked for: the others may not have been worked out yet.
            following: Any = ref.steps[1] if len(ref.steps) > 1 else None
            inner = (*self.instance, (call, None))
            if type(following) is ast.AttrStep and following.name in child.outputs:
                found = outputs.get((inner, following.name))
                return (Unknown(DYNAMIC) if found is None else found), 2
            return self._outputs(inner, child), 1
        values = {key: self._outputs((*self.instance, (call, key)), child) for key in keys}
        return Repeated(mode, values).value(), 1

    def _outputs(self, inner: ModuleInstance, child: Module) -> Value:
        outputs = self.world.outputs
        return {name: outputs.get((inner, name), Unknown(DYNAMIC)) for name in child.outputs}

    def _resource(self, ref: ast.Ref) -> tuple[Value, int]:
        wanted = 2 if ref.name in ("data", "ephemeral") else 1
        names = [s.name for s in ref.steps[:wanted] if type(s) is ast.AttrStep]
        key = ".".join((ref.name, *names))
        ephemeral = ref.name == "ephemeral"
        declared = self.module.ephemerals if ephemeral else self.module.resources
        if len(names) < wanted or key not in declared:
            raise EvalError("Invalid reference", f'There is no value named "{key}" here.',
                            ref.start, ref.name_end)
        found = self.world.resources.get((self.instance, key))
        value = found.value() if found else None
        if value is None:
            value = Unknown(DYNAMIC)
        return mark(value, (EPHEMERAL,)) if ephemeral else value, wanted


class NestedData:
    """The scope of a check's assertions: that of its module, with the data source of the check."""

    __slots__ = ("outer", "path", "value")

    def __init__(self, outer: Scope, type_name: str, name: str, value: Value) -> None:
        self.outer = outer
        self.path = [type_name, name]
        self.value = value

    @property
    def context(self) -> FunctionContext:
        """That of the outer scope."""
        return self.outer.context

    def resolve(self, ref: ast.Ref) -> tuple[Value, int]:
        """The data source, or what the outer scope says."""
        if ref.name == "data" and attribute_path(ref)[:2] == self.path:
            return self.value, 2
        return self.outer.resolve(ref)
