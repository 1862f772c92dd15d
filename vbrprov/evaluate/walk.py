"""Working off graph nodes that are not resources: the same for planning and applying."""

from __future__ import annotations

from collections.abc import Mapping

from vbrprov.addrs import ModuleInstance, module_address
from vbrprov.config.model import Condition, Expression, Module, OutputValue, Variable
from vbrprov.diag import Diagnostics, SourceRange
from vbrprov.evaluate.budget import check_elements
from vbrprov.evaluate.errors import EvalError
from vbrprov.evaluate.expand import Expansion, expand
from vbrprov.evaluate.expression import evaluate
from vbrprov.evaluate.scope import Scope
from vbrprov.evaluate.world import World
from vbrprov.graph import Node
from vbrprov.values import (
    BOOL,
    EPHEMERAL,
    SENSITIVE,
    STRING,
    ConversionError,
    Null,
    OneTime,
    Unknown,
    Value,
    bare,
    convert,
    mark,
    marks_deep,
    unmark_deep,
)
from vbrprov.values.convert import plain


class Walk:
    """Evaluates variables, locals, outputs and module calls into a world."""

    def __init__(self, world: World, root_values: Mapping[str, Value], diags: Diagnostics, *,
                 validating: bool = False) -> None:
        self.world = world
        self.root_values = root_values
        self.diags = diags
        self.validating = validating

    def visit(self, node: Node) -> None:
        """Work off a node of kind var, local, output or call in every instance of its module."""
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
            return Unknown()
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
            self.diags.error("Invalid value for variable", f'The given value is not suitable for '
                             f'var.{declared.name}: {error}.', where,
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
            self.conditions(declared.validations, self.world.scope(instance),
                            "Invalid value for variable", where, None)
        return value

    def conditions(self, conditions: tuple[Condition, ...], scope: Scope, summary: str,
                   subject: SourceRange | None, address: str | None) -> bool:
        """Check conditions; each that is false is an error. Whether all hold (or are unknown)."""
        fine = True
        for condition in conditions:
            value = self.value(condition.condition, scope, address)
            value, _ = unmark_deep(value)
            try:
                value = convert(value, BOOL)
            except ConversionError as error:
                self.diags.error("Invalid condition result", "The condition must be true or "
                                 "false: "
                                 f"{error}.", condition.condition.range, address=address)
                fine = False
                continue
            if isinstance(value, Unknown):
                continue
            if type(value) is Null:
                self.diags.error("Invalid condition result", "The condition value is null. It "
                                 "must be "
                                 "true or false.", condition.condition.range, address=address)
                fine = False
            elif not value:
                fine = False
                self.diags.error(summary, self._message(condition, scope),
                                 subject or condition.range,
                                 address=address,
                                 related=(("this check "
                                           "failed", condition.range),) if subject else ())
        return fine

    def _message(self, condition: Condition, scope: Scope) -> str:
        value, marks = unmark_deep(self.value(condition.message, scope))
        if SENSITIVE in marks or any(isinstance(m, OneTime) for m in marks):
            return "The error message included a sensitive value, so it will not be displayed."
        try:
            text = convert(value, STRING)
        except ConversionError:
            return "The error message is not a string."
        return str(text) if type(text) is str else "The error message is not known yet."

    def _output(self, declared: OutputValue, instance: ModuleInstance, name: str) -> None:
        scope = self.world.scope(instance)
        where = module_address(instance)
        address = f"{where}.output.{name}" if where else f"output.{name}"
        self.conditions(declared.preconditions, scope, "Module output value precondition failed",
                        None, address)
        value = self.value(declared.value, scope)
        marks = marks_deep(value)
        once = next((m for m in marks if isinstance(m, OneTime)), None)
        if once is not None and not instance and not declared.ephemeral:
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
        if declared.sensitive:
            value = mark(value, (SENSITIVE,))
        self.world.outputs[(instance, name)] = value

    def _call(self, node: Node, instance: ModuleInstance, name: str) -> None:
        call = node.declared
        try:
            found = expand(call.count, call.for_each, None, self.world.scope(instance),
                           validating=self.validating)
        except EvalError as error:
            self.diags.add(error.diagnostic((call.count or call.for_each).source))
            found = Expansion(keys=[])
        self.world.call_modes[(instance, name)] = (found.mode, found.keys)
        path = (*(n for n, _ in instance), name)
        children = self.world.module_instances.setdefault(path, [])
        for key in found.keys:
            child = (*instance, (name, key))
            children.append(child)
            self.world.each[child] = found.repetition(key)

