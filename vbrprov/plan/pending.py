"""Whether something must wait because what it depends on is going to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vbrprov.config.model import Resource
from vbrprov.graph import Node
from vbrprov.graph.checks import resources_behind

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner


def waits(planner: Planner, node: Node, declared: Resource) -> bool:
    """Whether a ``depends_on`` of a block leads to an object that this plan changes.

    What is only referred to is not waited for: its values say themselves when they are not known.
    """
    if not declared.depends_on:
        return False
    wanted = resources_behind(planner.graph, node)
    return any(c.is_change and c.mode == "managed" and c.node in wanted
               for c in planner.plan.changes)
