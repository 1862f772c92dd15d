"""Changes of the root module's output values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vbrprov.diff.propose import unchanged
from vbrprov.diff.stored import restore
from vbrprov.plan.model import Action, OutputChange
from vbrprov.state.model import Output
from vbrprov.values import NULL, Value, is_null
from vbrprov.values.types import type_from_json

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner


def stored_output(output: Output) -> Value:
    """The value of a recorded output."""
    return restore(msgspec.json.decode(output.value),
                   type_from_json(msgspec.json.decode(output.type)))


def plan_outputs(planner: Planner) -> None:
    """Compare every output of the root module with what is recorded."""
    declared = planner.graph.root.outputs
    for name, block in sorted(declared.items()):
        if block.ephemeral:
            continue
        recorded = planner.state.outputs.get(name)
        before = stored_output(recorded) if recorded is not None else NULL
        after = planner.world.outputs.get(((), name), NULL)
        if planner.options.destroy:
            if recorded is None:
                continue
            after = NULL
        if recorded is None:
            action = Action.NOOP if is_null(after) else Action.CREATE
        elif planner.options.destroy:
            action = Action.DELETE
        elif unchanged(before, after,
                       planner.environment.book) and recorded.sensitive == block.sensitive:
            action = Action.NOOP
        else:
            action = Action.UPDATE
        if not planner.selection.everything and recorded is None and action is Action.CREATE:
            from vbrprov.values import is_wholly_known

            # What a partial plan cannot work out is left alone.
            if not is_wholly_known(after):
                continue
        planner.plan.outputs.append(OutputChange(name, action, before, after, block.sensitive))
    for name, recorded in sorted(planner.state.outputs.items()):
        if name not in declared:
            planner.plan.outputs.append(
                OutputChange(name, Action.DELETE, stored_output(recorded), NULL,
                             recorded.sensitive))
