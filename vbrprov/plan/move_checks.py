"""What may be wrong with move statements, in themselves and with the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vbrprov.addrs import ModuleInstance, ParsedAddress, parse_address
from vbrprov.diag import Diagnostics, SourceRange
from vbrprov.plan.moves import Moves
from vbrprov.plan.statements import Statement

if TYPE_CHECKING:
    from vbrprov.evaluate.world import World
    from vbrprov.plan.select import Selection


def check_statements(moves: Moves, world: World, diags: Diagnostics) -> None:
    """Report statements that contradict one another or the configuration, as it was expanded."""
    before = len(diags)
    froms: dict[str, tuple[str, SourceRange]] = {}
    tos: dict[str, tuple[str, SourceRange]] = {}
    for statement in moves.statements:
        for module in world.module_instances.get(statement.path, []):
            _check(statement, module, froms, tos, world, diags)
    for statement, address in moves.other_type:
        diags.error("Unsupported `moved` across resource types", f"The object at {address} would "
                    f'become a "{statement.to.type_name}", but moved operations across resource '
                    "types and providers are not supported. Import the object at its new address, "
                    "and forget the former one with a removed block that has destroy = false.",
                    statement.range)
    if moves.circle and len(diags) == before:
        lines = sorted(f"\n  - {_place(s.range)}: {s.pattern(s.former)} → {s.pattern(s.to)}"
                       for s in moves.circle)
        diags.error("Cyclic dependency in move statements", "The following chained move statements "
                    "form a cycle, and so there is no final location to move objects to:"
                    f"{''.join(lines)}\n\nA chain of move statements must end with an address that "
                    "doesn't appear in any other statements, and which typically also refers to an "
                    "object still declared in the configuration.", moves.circle[0].range)


def _check(statement: Statement, module: ModuleInstance, froms: dict[str, tuple[str, SourceRange]],
           tos: dict[str, tuple[str, SourceRange]], world: World, diags: Diagnostics) -> None:
    former, to = statement.absolute(module)
    if former == to:
        diags.error("Redundant move statement", f"This statement declares a move from {former} to "
                    "the same address, which is the same as not declaring this move at all.",
                    statement.range)
        return
    kind = "module" if statement.moves_module else "resource"
    short = "instance" if statement.exact else "call" if statement.moves_module else "resource"
    noun = kind if short == kind else f"{kind} {short}"
    declared = _declared(former, statement, world)
    if declared is not None:
        diags.error("Moved object still exists", f"This statement declares a move from {former}, "
                    f"but that {noun} is still declared at {_place(declared)}.\n\nChange your "
                    f"configuration so that this {short} will be declared as {to} instead.",
                    statement.range, related=(("still declared here", declared),))
    # An exact address and the whole of something are two things, even if they read the same.
    mark = "" if statement.exact else "[*]"
    other, where = froms.setdefault(f"{former}{mark}", (str(to), statement.range))
    if other != str(to):
        diags.error("Ambiguous move statements", f"A statement at {_place(where)} declared that "
                    f"{former} moved to {other}, but this statement instead declares that it moved "
                    f"to {to}.\n\nEach {noun} can move to only one destination {short}.",
                    statement.range)
    other, where = tos.setdefault(f"{to}{mark}", (str(former), statement.range))
    if other != str(former):
        diags.error("Ambiguous move statements", f"A statement at {_place(where)} declared that "
                    f"{other} moved to {to}, but this statement instead declares that {former} "
                    f"moved there.\n\nEach {noun} can have moved from only one source {short}.",
                    statement.range)


def _declared(former: ParsedAddress, statement: Statement, world: World) -> SourceRange | None:
    """Where configuration still has what is said to have moved."""
    names = tuple(n for n, _ in former.module)
    if statement.moves_module:
        parent, (name, key) = former.module[:-1], former.module[-1]
        _, keys = world.call_modes.get((parent, name), ("", None))
        if keys is None or (statement.exact and key not in keys):
            return None
        call = world.modules[names[:-1]].calls[name]
        expression = (call.for_each or call.count) if statement.exact else None
        return expression.range if expression is not None else call.range
    if former.module not in world.module_instances.get(names, []):
        return None
    prefix = "data." if former.mode == "data" else ""
    block = world.modules[names].resources.get(f"{prefix}{former.type_name}.{former.name}")
    if block is None:
        return None
    if not statement.exact:
        return block.range
    found = world.resources.get((former.module, block.key))
    if found is None or former.key not in found.values:
        return None
    expression = block.for_each or block.count
    return expression.range if expression is not None else block.range


def _place(where: SourceRange) -> str:
    return f"{where.filename}:{where.start.line},{where.start.column}"


def check_targets(moves: Moves, selection: Selection, diags: Diagnostics) -> None:
    """Refuse to plan a part when something in the rest has moved, or only one end is in it."""
    if selection.everything:
        return
    missing: set[str] = set()
    for move in moves.moves:
        for address in (move.former, move.instance.address):
            parsed = parse_address(address)
            if selection.targets and not selection.targets_address(parsed):
                missing.add(str(msgspec.structs.replace(parsed, key=None)))
            if selection.excludes_address(parsed):
                missing.add(str(msgspec.structs.replace(parsed, key=None)))
    if not missing:
        return
    option = "-target" if selection.targets else "-exclude"
    verb = ("add the following additional target options" if selection.targets
            else "no longer exclude these")
    lines = "".join(f'\n  {option}="{address}"' for address in sorted(missing))
    diags.error(
        "Moved resource instances excluded by targeting", "Resource instances in your current "
        "state have moved to new addresses in the latest configuration. vbrprov must include those "
        f"resource instances while planning in order to ensure a correct result, but your {option} "
        "options do not fully cover all of those resource instances.\n\nTo create a valid plan, "
        f"either remove your {option} options altogether or {verb}:{lines}\n\nNote that this may "
        "include further resource instances in your plan, in order to respect object dependencies.")


def warn_blocked(moves: Moves, diags: Diagnostics) -> None:
    """Warn of objects that stay where they are because their new address is taken."""
    if not moves.blocked:
        return
    lines = "".join(f"\n  - {former} could not move to {to}" for former, to in moves.blocked)
    diags.warning(
        "Unresolved resource instance address changes", "vbrprov tried to adjust resource instance "
        "addresses in the prior state based on change information recorded in the configuration, "
        f"but some adjustments did not succeed due to existing objects already at the intended "
        f"addresses:{lines}\n\nvbrprov has planned to destroy these objects. If the proposed "
        "changes aren't appropriate, you must first resolve the conflicts using the \"vbrprov "
        "state\" subcommands and then create a new plan.")

