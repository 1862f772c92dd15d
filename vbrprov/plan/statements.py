"""Move statements: which recorded objects they match, and in which order they take effect.

A statement comes from a ``moved`` block, or is implied by a resource that got or lost ``count``.
One in a module works on every instance of that module.
"""

from __future__ import annotations

import graphlib
from collections.abc import Iterable

import msgspec

from vbrprov.addrs import InstanceKey, ModuleInstance, ParsedAddress, config_address, parse_address
from vbrprov.config.model import Module, ModulePath, Resource
from vbrprov.diag import SourceRange

#: Stands for every key of a module call.
_ANY = object()
_Steps = list[tuple[str, object]]


#: Mode, type and name: what resources of one name have in common in all modules.
ResourceName = tuple[str, str, str]


def resource_name(address: ParsedAddress) -> ResourceName:
    """The name of a resource, in whatever module it is."""
    return (address.mode, address.type_name, address.name)


class Statement(msgspec.Struct, frozen=True, eq=False):
    """One move. ``path`` is the module of the block; the addresses are relative to it.

    With ``exact`` an address without a key means the object without a key; otherwise a whole
    resource or module call moves, and its keys stay.
    """

    path: ModulePath
    former: ParsedAddress
    to: ParsedAddress
    exact: bool
    range: SourceRange

    @property
    def moves_module(self) -> bool:
        """Whether it moves a module, not a resource."""
        return not self.former.type_name

    def module_destination(self, module: ModuleInstance) -> ModuleInstance | None:
        """Where a module instance goes, when it is or lies in what moves."""
        prefix, rest = module[: len(self.path)], module[len(self.path):]
        wanted = self.former.module
        if tuple(n for n, _ in prefix) != self.path or len(rest) < len(wanted):
            return None
        if rest[: len(wanted) - 1] != wanted[:-1]:
            return None
        name, key = rest[len(wanted) - 1]
        if name != wanted[-1][0] or (self.exact and key != wanted[-1][1]):
            return None
        end = self.to.module[-1] if self.exact else (self.to.module[-1][0], key)
        return (*prefix, *self.to.module[:-1], end, *rest[len(wanted):])

    def resource_destination(self, address: ParsedAddress) -> ParsedAddress | None:
        """Where a resource instance goes, when it is what moves."""
        module = address.module
        prefix, rest = module[: len(self.path)], module[len(self.path):]
        wanted = self.former
        if resource_name(address) != resource_name(wanted):
            return None
        if tuple(n for n, _ in prefix) != self.path or rest != wanted.module:
            return None
        if self.exact and address.key != wanted.key:
            return None
        return self._in(prefix, self.to, self.to.key if self.exact else address.key)

    def absolute(self, module: ModuleInstance) -> tuple[ParsedAddress, ParsedAddress]:
        """Both addresses as seen from the root, for one instance of the module of the block."""
        return (self._in(module, self.former, self.former.key),
                self._in(module, self.to, self.to.key))

    def _in(self, module: ModuleInstance, relative: ParsedAddress,
            key: InstanceKey) -> ParsedAddress:
        return ParsedAddress((*module, *relative.module), relative.mode, relative.type_name,
                             relative.name, key)

    def pattern(self, relative: ParsedAddress) -> str:
        """An address of the statement with a mark at everything that it stands for all of."""
        inside = "".join(f"module.{name}[*]." for name in self.path)
        return f"{inside}{relative}{'' if self.exact else '[*]'}"


def find_statements(root: Module) -> list[Statement]:
    """The moves of all ``moved`` blocks, parents first."""
    return [Statement(module.path, block.former, block.to, _exact(block.former, block.to),
                      block.range)
            for module in root.walk() for block in module.moved]


def _exact(*addresses: ParsedAddress) -> bool:
    return any((a.key if a.type_name else a.module[-1][1]) is not None for a in addresses)


def implied_statements(root: Module, explicit: list[Statement],
                       recorded: Iterable[str]) -> list[Statement]:
    """Moves of ``x`` to ``x[0]`` and back, where a block got or lost ``count``.

    A resource that a ``moved`` block speaks of is left to that.
    """
    blocks: dict[str, Resource] = {}
    for module in root.walk():
        prefix = "".join(f"module.{name}." for name in module.path)
        for name, resource in module.resources.items():
            if resource.mode == "managed":
                blocks[prefix + name] = resource
    speaking: dict[ResourceName, list[Statement]] = {}
    for statement in explicit:
        for named in {resource_name(statement.former), resource_name(statement.to)}:
            speaking.setdefault(named, []).append(statement)
    out = []
    for address in recorded:
        counted = address.endswith("[0]")
        if address.endswith("]") and not counted:
            continue
        block = blocks.get(config_address(address))
        if block is None or block.for_each is not None or (block.count is None) != counted:
            continue
        former = parse_address(address)
        if any(_mentions(s, former) for s in speaking.get(resource_name(former), ())):
            continue
        to = msgspec.structs.replace(former, key=None if counted else 0)
        out.append(Statement((), former, to, True,
                             block.count.range if block.count is not None else block.range))
    return out


def _mentions(statement: Statement, address: ParsedAddress) -> bool:
    return not statement.moves_module and any(
        resource_name(end) == resource_name(address)
        and _can_match(_steps(statement, end), list(address.module), whole=True)
        for end in (statement.former, statement.to))


def _steps(statement: Statement, end: ParsedAddress) -> _Steps:
    """The whole module path of an end of a statement."""
    steps: _Steps = [(name, _ANY) for name in statement.path]
    steps += end.module
    if statement.moves_module and not statement.exact:
        steps[-1] = (steps[-1][0], _ANY)
    return steps


def _can_match(short: _Steps, long: _Steps, *, whole: bool = False) -> bool:
    """Whether *long* can begin with *short*, or be it as a *whole*."""
    fits = len(short) == len(long) if whole else len(short) <= len(long)
    return fits and all(a[0] == b[0] and (a[1] is _ANY or b[1] is _ANY or a[1] == b[1])
               for a, b in zip(short, long, strict=False))


def _chains(later: Statement, first: Statement) -> bool:
    """Whether *later* can move on what *first* has moved."""
    if later.moves_module != first.moves_module or not _can_match(
            _steps(first, first.to), _steps(later, later.former), whole=True):
        return False
    return later.moves_module or (
        later.exact == first.exact and resource_name(later.former) == resource_name(first.to)
        and (not later.exact or later.former.key == first.to.key))


def _nested(inner: Statement, end: ParsedAddress, outer: Statement, around: ParsedAddress) -> bool:
    """Whether one end of *inner* lies within one end of *outer*."""
    a, b = _steps(inner, end), _steps(outer, around)
    if not _can_match(b, a):
        return False
    if outer.moves_module:
        return not inner.moves_module or len(a) > len(b)
    return (not outer.exact and not inner.moves_module and inner.exact and len(a) == len(b)
            and resource_name(end) == resource_name(around))


def _depends(a: Statement, b: Statement) -> bool:
    """Whether *a* takes effect after *b*."""
    if _chains(a, b):
        return True
    if not (_nested(a, a.former, b, b.to) or _nested(a, a.to, b, b.to)
            or _nested(b, b.former, a, a.former) or _nested(b, b.to, a, a.former)):
        return False
    if len(a.path) >= len(b.path):
        return True
    # A module above that only gets other keys matches what moves inside it before and after: what
    # is inside goes second, never first as well.
    return not (a.moves_module and [n for n, _ in a.former.module]
                == [n for n, _ in a.to.module])


def in_order(statements: list[Statement]) -> tuple[list[Statement], list[Statement]]:
    """The statements in the order they take effect; and those in a circle, if there is one."""
    near = _Near(statements)
    graph = {i: {j for j in near.to(a) if i != j and _depends(a, statements[j])}
             for i, a in enumerate(statements)}
    try:
        return [statements[i] for i in graphlib.TopologicalSorter(graph).static_order()], []
    except graphlib.CycleError as error:
        return [], [statements[i] for i in dict.fromkeys(error.args[1])]


class _Near:
    """Which statements can have to do with which: with thousands, few have.

    That is where an end of one lies within an end of the other. An end is a list of steps, here
    with the resource as the last one, and is found by the names of its steps and its last key.
    """

    def __init__(self, statements: list[Statement]) -> None:
        #: By the whole of ``to``.
        self._to: _Index = {}
        #: By each beginning of either end.
        self._inside: _Index = {}
        for i, statement in enumerate(statements):
            to = list(_beginnings(statement, statement.to))
            _add(self._to, i, *to[-1])
            for names, key in {*to, *_beginnings(statement, statement.former)}:
                _add(self._inside, i, names, key)

    def to(self, statement: Statement) -> set[int]:
        """The numbers of all that *statement* may have to wait for."""
        former = list(_beginnings(statement, statement.former))
        found = set(_look_up(self._inside, *former[-1]))
        *around, (names, _) = _beginnings(statement, statement.to)
        for place in {*former, *around}:
            found.update(_look_up(self._to, *place))
        # Two that go to the same place contradict each other, but neither waits.
        if statement.exact and not statement.moves_module:
            found.update(self._to.get(names, {}).get(_ANY, ()))
        return found


#: Names of steps -> the key of the last one -> numbers of statements.
_Index = dict[tuple[object, ...], dict[object, list[int]]]


def _beginnings(statement: Statement, end: ParsedAddress) -> Iterable[tuple[tuple[object, ...],
                                                                            object]]:
    names: tuple[object, ...] = ()
    steps: list[tuple[object, object]] = [*_steps(statement, end)]
    if not statement.moves_module:
        steps.append((resource_name(end), end.key if statement.exact else _ANY))
    for name, key in steps:
        names = (*names, name)
        yield names, key


def _add(index: _Index, number: int, names: tuple[object, ...], key: object) -> None:
    index.setdefault(names, {}).setdefault(key, []).append(number)


def _look_up(index: _Index, names: tuple[object, ...], key: object) -> Iterable[int]:
    keys = index.get(names, {})
    if key is _ANY:
        return (number for numbers in keys.values() for number in numbers)
    return (*keys.get(key, ()), *keys.get(_ANY, ()))
