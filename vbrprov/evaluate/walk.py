"""Working off graph nodes that are not resources: the same for planning and applying."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from vbrprov.addrs import ModuleInstance, module_address
from vbrprov.config.model import (
    CheckBlock,
    Condition,
    Expression,
    Module,
    OutputValue,
    Variable,
)
from vbrprov.diag import Diagnostics, Severity, SourceRange
from vbrprov.evaluate.budget import check_elements
from vbrprov.evaluate.conditions import Judging, judge
from vbrprov.evaluate.errors import EvalError, UnknownExpansionError
from vbrprov.evaluate.expand import Expansion, expand
from vbrprov.evaluate.expression import evaluate
from vbrprov.evaluate.hiding import without_secrets
from vbrprov.evaluate.results import CheckResults, Owner
from vbrprov.evaluate.scope import Scope
from vbrprov.evaluate.world import World
from vbrprov.graph import Node, NodeKey
from vbrprov.values import (
    EPHEMERAL,
    SENSITIVE,
    ConversionError,
    Null,
    OneTime,
    Unknown,
    Value,
    bare,
    convert,
    mark,
    marks_deep,
)
from vbrprov.values.convert import plain


class Walk:
    """Evaluates variables, locals, outputs and module calls into a world."""

    def __init__(self, world: World, root_values: Mapping[str, Value], diags: Diagnostics, *,
                 validating: bool = False, refresh_only: bool = False,
                 destroying: bool = False) -> None:
        self.world = world
        self.root_values = root_values
        self.diags = diags
        self.validating = validating
        self.results = CheckResults(world.root)
        #: What checks have to say; of an apply only the last word counts.
        self.warnings = Diagnostics()
        # What is only looked at need not be in order.
        self._severity = Severity.WARNING if refresh_only else Severity.ERROR
        #: Module calls whose instances are not known in this run.
        self.deferred: Collection[tuple[NodeKey, ModuleInstance]] = ()
        #: Asked to defer a call; ``False`` makes it an error.
        self.defer: Callable[[Node, ModuleInstance, str], bool] | None = None
        #: Nodes of which nothing that takes part needs anything: what is wrong there is not told.
        self.spares: Callable[[NodeKey], bool] = lambda key: False
        #: Outputs of the root module that are decided already.
        self.decided: Mapping[str, Value] = {}
        #: The value of an expression that is wrong.
        self.lacking: Value = Unknown()
        self._destroying = destroying

    def visit(self, node: Node) -> None:
        """Work off a node of kind var, local, output or call in every instance of its module."""
        told = self.diags
        if self.spares(node.key):
            self.diags = Diagnostics()
        try:
            self._visit(node)
        finally:
            self.diags = told

    def _visit(self, node: Node) -> None:
        path, kind, name = node.key
        instances = self.world.module_instances.get(path, [])
        for instance in instances:
            if kind == "local":
                self._local(node, instance, name)
            elif kind == "var":
                self._variable(node.declared, node.module, instance, name)
            elif kind == "output":
                self._output(node.declared, instance, name)
            elif kind == "call":
                self._call(node, instance, name)

    def value(self, expression: Expression, scope: Scope, address: str | None = None) -> Value:
        """The value of an expression; after an error (reported) something unknown."""
        try:
            value = evaluate(expression.node, scope)
            check_elements(value, expression.node)
        except EvalError as error:
            self.diags.add(error.diagnostic(expression.source, address))
            return self.lacking
        return value

    def _local(self, node: Node, instance: ModuleInstance, name: str) -> None:
        self.world.locals[(instance, name)] = self.value(
            node.declared.value, self.world.scope(instance))

    def _variable(self, declared: Variable, module: Module, instance: ModuleInstance,
                  name: str) -> None:
        where = declared.range
        if instance:
            parent = instance[:-1]
            call = self.world.modules[tuple(n for n, _ in parent)].calls[instance[-1][0]]
            argument = call.arguments.get(name)
            if argument is None:
                value = self._default(declared, instance)
            else:
                where = argument.range
                repetition = self.world.each.get(instance, {})
                value = self.value(argument, self.world.scope(parent, repetition))
        elif name in self.root_values:
            value = self.root_values[name]
        else:
            value = self._default(declared, instance)
        self.world.variables[(instance, name)] = self._checked(declared, value, where, instance)

    def _default(self, declared: Variable, instance: ModuleInstance) -> Value:
        if declared.default is None:
            return Unknown(plain(declared.type))
        return self.value(declared.default, self.world.scope(instance))

    def _checked(self, declared: Variable, value: Value, where: SourceRange,
                 instance: ModuleInstance) -> Value:
        try:
            value = convert(value, declared.type)
        except ConversionError as error:
            told = mark(value, (SENSITIVE,)) if declared.sensitive else value
            self.diags.error("Invalid value for variable", f'The given value is not suitable for '
                             f"var.{declared.name}: {without_secrets(str(error), (told,))}.", where,
                             related=(("declared here", declared.range),))
            return Unknown(plain(declared.type))
        if not declared.nullable and type(bare(value)) is Null:
            if declared.default is not None:
                value = convert(self._default(declared, instance), declared.type)
            else:
                self.diags.error("Required variable not set", 'The given value is not suitable '
                                 'for '
                                 f'var.{declared.name}: required variable may not be set to '
                                 'null.', where)
        found = marks_deep(value)
        if declared.sensitive:
            value = mark(value, (SENSITIVE,))
        if declared.ephemeral:
            value = mark(value, (EPHEMERAL,))
        elif EPHEMERAL in found:
            self.diags.error("Ephemeral value not allowed", f'The variable "{declared.name}" is '
                             'not '
                             "declared as ephemeral, so it cannot take an ephemeral value.", where)
        if declared.validations:
            self.world.variables[(instance, declared.name)] = value
            block = f"var.{declared.name}"
            self.conditions(declared.validations, self.world.scope(instance),
                            "Invalid value for variable", where, None, _owner(instance, block))
        return value

    def conditions(self, conditions: tuple[Condition, ...], scope: Scope, summary: str,
                   subject: SourceRange | None, address: str | None,
                   owner: Owner | None = None) -> bool:
        """Check conditions; each that is false is an error. Whether all hold (or are unknown)."""
        if self._destroying and subject is None:
            # What goes need not be in order any more; values that are given must be.
            return True
        severity = Severity.ERROR if subject is not None else self._severity
        return judge(self, conditions, scope, Judging(
            summary, self.diags, subject, address, owner, severity))

    def assertions(self, check: CheckBlock, scope: Scope, owner: Owner) -> None:
        """Judge the assertions of a check: what does not hold is a warning."""
        judge(self, check.assertions, scope, Judging(
            "Check block assertion failed", self.warnings, address=owner[1], owner=owner,
            severity=Severity.WARNING, later=True))

    def _output(self, declared: OutputValue, instance: ModuleInstance, name: str) -> None:
        scope = self.world.scope(instance)
        owner = _owner(instance, f"output.{name}")
        self.conditions(declared.preconditions, scope, "Module output value precondition failed",
                        None, owner[1], owner)
        value = self.decided.get(name) if not instance else None
        if value is None:
            value = self.value(declared.value, scope)
        marks = marks_deep(value)
        once = next((m for m in marks if isinstance(m, OneTime)), None)
        if once is not None and not instance:
            self.diags.error(
                "One-time value in an output",
                f"The value comes from {once.address}.{once.attribute}, "
                "a secret that is returned once and never kept, so no output can show it. Hand it "
                "to a "
                "write-only argument instead.", declared.value.range)
            value = Unknown()
        elif SENSITIVE in marks and not declared.sensitive and not instance:
            self.diags.error(
                "Output refers to sensitive values", "To reduce the risk of accidentally exporting "
                "sensitive data that was intended to be only internal, an output of the root "
                "module that "
                "contains sensitive data must be explicitly marked as sensitive, to confirm your "
                "intent. "
                "If you do intend to export this data, add the following argument:\n\n    "
                "sensitive = true",
                declared.value.range)
        if EPHEMERAL in marks and not declared.ephemeral:
            self.diags.error("Ephemeral value not allowed", "This output value is not declared as "
                             "returning an ephemeral value, so it cannot be set to a result "
                             "derived from "
                             "an ephemeral value.", declared.value.range)
        elif declared.ephemeral and EPHEMERAL not in marks:
            self.diags.error("Value not allowed in ephemeral output", "This output value is "
                             "declared as returning an ephemeral value, so it can only be set to "
                             "an ephemeral value.", declared.value.range)
        if declared.sensitive:
            value = mark(value, (SENSITIVE,))
        self.world.outputs[(instance, name)] = value

    def _expand(self, node: Node, instance: ModuleInstance) -> Expansion:
        call = node.declared
        if (node.key, instance) in self.deferred:
            return Expansion("unknown", [])
        try:
            return expand(call.count, call.for_each, None, self.world.scope(instance),
                          validating=self.validating)
        except EvalError as error:
            if isinstance(error, UnknownExpansionError) and self.defer is not None and self.defer(
                    node, instance, error.what):
                return Expansion("unknown", [])
            self.diags.add(error.diagnostic((call.count or call.for_each).source))
        return Expansion(keys=[])

    def _call(self, node: Node, instance: ModuleInstance, name: str) -> None:
        found = self._expand(node, instance)
        self.world.call_modes[(instance, name)] = (found.mode, found.keys)
        path = (*(n for n, _ in instance), name)
        children = self.world.module_instances.setdefault(path, [])
        for key in found.keys:
            child = (*instance, (name, key))
            children.append(child)
            self.world.each[child] = found.repetition(key)



def _owner(instance: ModuleInstance, name: str) -> Owner:
    """Whose conditions they are, by the address of the block and that of the object."""
    path = tuple((call, None) for call, _ in instance)
    return in_module(path, name), in_module(instance, name)


def in_module(instance: ModuleInstance, name: str) -> str:
    """The address of *name* in a module instance."""
    return f"{module_address(instance)}.{name}" if instance else name
