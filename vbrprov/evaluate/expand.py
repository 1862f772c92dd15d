"""``count``, ``for_each`` and ``enabled`` to instance keys."""

from __future__ import annotations

from dataclasses import dataclass, field

from vbrprov.addrs import InstanceKey
from vbrprov.config.model import Expression
from vbrprov.evaluate.errors import EvalError, UnknownExpansionError
from vbrprov.evaluate.expression import evaluate
from vbrprov.evaluate.scope import Scope
from vbrprov.values import (
    BOOL,
    EPHEMERAL,
    NUMBER,
    SENSITIVE,
    STRING,
    ConversionError,
    MapV,
    Null,
    SetV,
    Unknown,
    Value,
    convert,
    elements,
    marks_deep,
    type_of,
    unmark,
)

MAX_INSTANCES = 100_000


@dataclass(slots=True)
class Expansion:
    """The keys of the instances and what ``each`` or ``count`` is in each of them."""

    mode: str = "single"
    keys: list[InstanceKey] = field(default_factory=lambda: [None])
    values: dict[InstanceKey, Value] = field(default_factory=dict)
    #: What the extra names are in an instance that could be any.
    names: dict[str, Value] = field(default_factory=dict)

    def repetition(self, key: InstanceKey) -> dict[str, Value]:
        """The extra names in the scope of one instance."""
        if self.mode == "count":
            return {"count": {"index": key}}
        if self.mode == "each":
            return {"each": {"key": key, "value": self.values[key]}}
        return self.names


def any_instance(count: Expression | None, for_each: Expression | None) -> Expansion:
    """One instance of a block, with the key that any could have."""
    if count is not None:
        return Expansion("unknown", names={"count": {"index": Unknown(NUMBER)}})
    if for_each is not None:
        return Expansion("unknown", names={"each": {"key": Unknown(STRING), "value": Unknown()}})
    return Expansion()


def expand(
    count: Expression | None, for_each: Expression | None, enabled: Expression | None, scope: Scope,
    *, validating: bool = False,
) -> Expansion:
    """The instances of a block.

    While *validating*, what cannot be known yet gives one instance with unknown values.

    Raises:
        UnknownExpansionError: The value is not known yet.
        EvalError: The expression has no usable value.
    """
    try:
        if enabled is not None and not _enabled(enabled, scope, validating=validating):
            return Expansion(keys=[])
        if count is not None:
            return _count(count, scope, validating=validating)
        if for_each is not None:
            return _for_each(for_each, scope, validating=validating)
    except EvalError as error:
        wrong = count or for_each or enabled
        if error.node is None and wrong is not None:
            error.node, error.scope = wrong.node, scope
        raise
    return Expansion()


def _enabled(expression: Expression, scope: Scope, *, validating: bool) -> bool:
    node = expression.node
    value, marks = unmark(evaluate(node, scope))
    if EPHEMERAL in marks:
        raise EvalError("Invalid enabled argument", "The given value is derived from an ephemeral "
                        "value, which cannot be kept between plan and apply.", node.start, node.end)
    try:
        value = convert(value, BOOL)
    except ConversionError as error:
        raise EvalError("Invalid enabled argument", f"The value is not suitable: {error}.",
                        node.start, node.end) from None
    if isinstance(value, Unknown):
        if validating:
            return True
        raise _unknown("enabled", expression)
    if type(value) is Null:
        raise EvalError("Invalid enabled argument", "The value must not be "
                        "null.", node.start, node.end)
    return bool(value)


def _unknown(what: str, expression: Expression) -> EvalError:
    return UnknownExpansionError(
        what,
        f'The "{what}" value depends on resource attributes that cannot be '
        "determined until apply, so it cannot be told how many instances there will be. To work "
        "around "
        "this, use -target to first apply only the resources that it depends on.",
        expression.node.start, expression.node.end)


def _count(expression: Expression, scope: Scope, *, validating: bool) -> Expansion:
    node = expression.node
    # How many there are is no secret for Terraform either; only the keys of for_each would be.
    value, marks = unmark(evaluate(node, scope))

    def bad(why: str) -> EvalError:
        return EvalError("Invalid count argument", f"The given \"count\" argument value is {why}.",
                         node.start, node.end)

    if EPHEMERAL in marks:
        raise EvalError("Invalid count argument", 'The given "count" is derived from an ephemeral '
                        "value, which cannot be kept between plan and apply. Use only "
                        "non-ephemeral values to specify the number of resource instances.",
                        node.start, node.end)
    if type(value) is Null:
        raise bad("null. An integer is required")
    try:
        value = convert(value, NUMBER)
    except ConversionError as error:
        raise EvalError("Incorrect value type", f"Invalid expression value: {error}.", node.start,
                        node.end) from None
    if isinstance(value, Unknown):
        if validating:
            return Expansion("count", [0])
        raise _unknown("count", expression)
    if type(value) is not int:
        raise bad("unsuitable: a whole number is required")
    if value < 0:
        raise bad("unsuitable: must be greater than or equal to zero")
    if value > MAX_INSTANCES:
        raise bad(f"too large: the limit is {MAX_INSTANCES}")
    return Expansion("count", list(range(value)))


def _for_each(expression: Expression, scope: Scope, *, validating: bool) -> Expansion:
    node = expression.node
    value, marks = unmark(evaluate(node, scope))

    def bad(text: str) -> EvalError:
        return EvalError("Invalid for_each argument", text, node.start, node.end)

    if SENSITIVE in marks or (isinstance(value, SetV) and SENSITIVE in marks_deep(value)):
        raise bad("Sensitive values, or values derived from sensitive values, cannot be used as "
                  "for_each arguments: the keys appear in addresses.")
    if EPHEMERAL in marks or (isinstance(value, SetV) and EPHEMERAL in marks_deep(value)):
        raise bad('The given "for_each" value is derived from an ephemeral value, which cannot be '
                  "kept between plan and apply. Use only non-ephemeral values to specify a "
                  "resource's instance keys.")
    if type(value) is Null:
        raise bad('The given "for_each" argument value is null. A map, or set of strings is '
                  'allowed.')
    if isinstance(value, Unknown):
        if validating:
            element = getattr(value.type, "element", value.type)
            return Expansion("each", ["..."], {"...": Unknown(element)})
        raise _unknown("for_each", expression)
    if type(value) is dict or isinstance(value, MapV):
        pairs = elements(value) or []
        return Expansion("each", [k for k, _ in pairs], dict(pairs))
    if isinstance(value, SetV):
        keys: list[InstanceKey] = []
        for item in value.items:
            if isinstance(item, Unknown):
                if validating:
                    continue
                raise _unknown("for_each", expression)
            if type(item) is not str:
                raise bad('The given "for_each" argument value is unsuitable: "for_each" supports '
                          'maps '
                          f"and sets of strings, but you have provided a set containing type "
                          f"{type_of(item).friendly()}.")
            keys.append(item)
        return Expansion("each", keys, {k: k for k in keys})
    raise bad('The given "for_each" argument value is unsuitable: the "for_each" argument must be '
              'a map, '
              "or set of strings, and you have provided a value of type "
              f"{type_of(value).friendly()}.")
