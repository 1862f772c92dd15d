"""Recorded objects at their new addresses, before anything else looks at them.

The plan is made from a state in which every object has already moved; what moved is in the plan,
and an apply records it before it does anything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from vbrprov.addrs import (
    ModuleInstance,
    ParsedAddress,
    config_address,
    module_address,
    parse_address,
)
from vbrprov.config.blocks.resource import TYPE_ALIASES
from vbrprov.plan.model import Move
from vbrprov.plan.statements import (
    ResourceName,
    Statement,
    find_statements,
    implied_statements,
    in_order,
    resource_name,
)
from vbrprov.state.model import Instance, StateData

if TYPE_CHECKING:
    from vbrprov.config.model import Module, ModulePath

_Key = tuple[str, str]


class Moves(msgspec.Struct):
    """What the move statements make of a state."""

    state: StateData
    statements: list[Statement] = []
    moves: list[Move] = []
    #: Other records whose dependencies have moved.
    rewritten: list[Instance] = []
    #: (from, to) of moves to where something is already.
    blocked: list[tuple[str, str]] = []
    circle: list[Statement] = []
    #: Statements that would change the type of an object, with that object's address.
    other_type: list[tuple[Statement, str]] = []


def move_state(root: Module, state: StateData) -> Moves:
    """The state with every object at its new address; *state* itself is left as it is."""
    explicit = find_statements(root)
    addresses = dict.fromkeys(address for address, _ in state.instances)
    statements = explicit + implied_statements(root, explicit, addresses)
    if not statements:
        return Moves(state)
    out = Moves(state, explicit)
    ordered, out.circle = in_order(statements)
    places = _Places(addresses, out)
    for statement in ordered:
        places.carry_out(statement)
    _take_over(places.former(), state, out)
    return out


class _Places:
    """Where the object of each address is now."""

    def __init__(self, addresses: dict[str, None], out: Moves) -> None:
        self._out = out
        #: Address now -> parsed, and where the object was at first.
        self._now: dict[str, tuple[ParsedAddress, str]] = {}
        self._named: dict[ResourceName, dict[str, None]] = {}
        #: Names of a module path, with the key of its last module or for all of them (``...``) ->
        #: what is in it.
        self._inside: dict[tuple[ModulePath, object], dict[str, None]] = {}
        #: Addresses of modules -> how many objects are right in them.
        self._modules: Counter[str] = Counter()
        for address in addresses:
            self._put(parse_address(address), address)

    def _put(self, now: ParsedAddress, first: str) -> None:
        self._now[str(now)] = (now, first)
        self._named.setdefault(resource_name(now), {})[str(now)] = None
        for place in _around(now.module):
            self._inside.setdefault(place, {})[str(now)] = None
        self._modules[module_address(now.module)] += 1

    def _pop(self, now: str) -> str:
        parsed, first = self._now.pop(now)
        del self._named[resource_name(parsed)][now]
        for place in _around(parsed.module):
            del self._inside[place][now]
        self._modules[module_address(parsed.module)] -= 1
        return first

    def former(self) -> dict[str, str]:
        """New address by the first one, of everything that moved."""
        return {first: now for now, (_, first) in self._now.items() if first != now}

    def carry_out(self, statement: Statement) -> None:
        """Move everything that a statement matches, unless something is there already."""
        found: dict[str, tuple[str, list[tuple[str, ParsedAddress]]]] = {}
        for now in self._candidates(statement):
            parsed = self._now[now][0]
            if statement.moves_module:
                module = statement.module_destination(parsed.module)
                if module is None:
                    continue
                to = msgspec.structs.replace(parsed, module=module)
                unit, there = module_address(parsed.module), module_address(module)
            else:
                moved = statement.resource_destination(parsed)
                if moved is None:
                    continue
                to, unit, there = moved, now, str(moved)
                if not statement.exact:
                    unit, there = (str(msgspec.structs.replace(a, key=None)) for a in (parsed, to))
            found.setdefault(unit, (there, []))[1].append((now, to))
        for unit, (there, items) in found.items():
            if _type(items[0][1]) != _type(self._now[items[0][0]][0]):
                self._out.other_type.append((statement, items[0][0]))
            elif self._taken(statement, there):
                self._out.blocked.append((unit, there))
            else:
                for now, to in items:
                    self._put(to, self._pop(now))

    def _candidates(self, statement: Statement) -> Iterable[str]:
        former = statement.former
        if not statement.moves_module:
            return self._named.get(resource_name(former), {})
        names = (*statement.path, *(name for name, _ in former.module))
        return self._inside.get((names, former.module[-1][1] if statement.exact else ...), {})

    def _taken(self, statement: Statement, there: str) -> bool:
        if statement.exact and not statement.moves_module:
            return there in self._now
        if statement.moves_module:
            return self._modules[there] > 0
        return any(str(msgspec.structs.replace(self._now[a][0], key=None)) == there
                   for a in self._named.get(resource_name(statement.to), ()))


def _around(module: ModuleInstance) -> Iterator[tuple[ModulePath, object]]:
    """The places in the index of everything in *module*."""
    names: ModulePath = ()
    for name, key in module:
        names = (*names, name)
        yield names, key
        yield names, ...


def _type(address: ParsedAddress) -> str:
    return TYPE_ALIASES.get(address.type_name, address.type_name)


def copy_state(state: StateData, instances: Iterable[Instance]) -> StateData:
    """*state* with other instances."""
    out = StateData(state.lineage, state.serial)
    out.position, out.outputs = state.position, state.outputs
    out.checks, out.intents = state.checks, state.intents
    out.instances = {instance.key: instance for instance in instances}
    return out


def relocated(new: dict[str, str], state: StateData) -> Moves:
    """The state with the objects at the keys of *new* at its values."""
    out = Moves(state)
    _take_over(new, state, out)
    return out


def _take_over(new: dict[str, str], state: StateData, out: Moves) -> None:
    """Fill in the moved state, and what an apply has to record for it."""
    if not new:
        return
    blocks = {config_address(a): config_address(b) for a, b in new.items()}
    left = {config_address(a) for a, _ in state.instances if a not in new}
    made = []
    for instance in state.instances.values():
        changes: dict[str, object] = {}
        if instance.address in new:
            changes["address"] = new[instance.address]
        if any(d in blocks for d in instance.dependencies):
            changes["dependencies"] = sorted(
                {blocks.get(d, d) for d in instance.dependencies}
                | {d for d in instance.dependencies if d in left})
        made.append(msgspec.structs.replace(instance, **changes) if changes else instance)
        if "address" in changes:
            out.moves.append(Move(instance.address, made[-1]))
        elif changes:
            out.rewritten.append(made[-1])
    out.state = copy_state(state, made)
