"""Objects whose block uses another configuration of their provider than they were made with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vbrprov.plan.model import Change
from vbrprov.sdk.resource import ResourceType
from vbrprov.state.model import Instance

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner


def hand_over(planner: Planner, recorded: Instance, change: Change, kind: ResourceType[Any, Any],
              client: Any, *, stays: bool) -> None:
    """Let the new configuration read the object; when it finds none, that is an error.

    The object would be taken for gone, and a second one made, while the first one is where the
    former configuration has it, with nobody to remember it. One that *stays* with the former one,
    since this plan does not touch it, is read with that.
    """
    former = planner.refreshed(recorded)
    if former is None:
        # What it was made with is not in the configuration any more.
        planner.begin(recorded, client)
        found = planner.refreshed(recorded)
        assert found is not None
    elif stays or former.values is None or former.error is not None:
        return
    else:
        found = planner.refresher.look(recorded, kind, client)
        if found.error is not None:
            planner.diags.add(found.error)
    if found.values is not None or planner.options.destroy:
        return
    node = planner.graph.nodes[change.node] if change.node is not None else None
    rest = ("Destroy it with that one first, or use that one again." if former is not None else
            "Put that one back until the object is destroyed. If it does not exist any more, take "
            f"it out of the state with:\n\n    vbrprov state rm '{recorded.address}'")
    planner.diags.error(
        "Object out of reach of its provider configuration", f"{recorded.address} was made with "
        f"{recorded.provider} and uses {change.provider} now, which does not find it. {rest}",
        node.declared.range if node is not None else None, address=recorded.address)
