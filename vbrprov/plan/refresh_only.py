"""Plans that only record what changed outside: no object is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vbrprov.addrs import is_data, parse_address
from vbrprov.plan.model import Action, Change
from vbrprov.plan.recorded import prior_values

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner


def plan_leftovers(planner: Planner) -> None:
    """Note what became of recorded objects that the configuration does not ask for."""
    for instance in planner.state.instances.values():
        if is_data(instance.address) or planner.is_planned(instance.key):
            continue
        kind = planner.kind_of(instance)
        if kind is None or not planner.selection.instance(None, instance.address):
            continue
        parsed = parse_address(instance.address)
        change = Change(
            address=instance.address, module=parsed.module, mode="managed", type=parsed.type_name,
            name=parsed.name, key=parsed.key, provider=instance.provider, action=Action.NOOP,
            schema=kind.model.schema(), deposed=instance.deposed, prior=instance, untouched=True,
            dependencies=tuple(instance.dependencies))
        prior_values(planner, instance, change)
        planner.plan.changes.append(change)
