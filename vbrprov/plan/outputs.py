"""Changes of the root module's output values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vbrprov.diff.propose import unchanged
from vbrprov.diff.stored import restore
from vbrprov.plan.model import Action, OutputChange
from vbrprov.state.model import Output
from vbrprov.values import NULL, Value, is_null, is_wholly_known
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
        recorded = planner.state.outputs.get(name)
        before = stored_output(recorded) if recorded is not None else NULL
        after = planner.world.outputs.get(((), name), NULL)
        if planner.options.destroy:
            if recorded is None:
                continue
            after = NULL
        elif planner.deferrals.output_waits(name, after):
            # What it is made from is not part of this plan, so it stays what it is.
            planner.plan.outputs.append(OutputChange(
                name, Action.NOOP, before, after if recorded is None else before,
                block.sensitive))
            continue
        if recorded is None:
            action = Action.NOOP if is_null(after) else Action.CREATE
        elif planner.options.destroy:
            action = Action.DELETE
        elif unchanged(before, after,
                       planner.environment.book) and recorded.sensitive == block.sensitive:
            action = Action.NOOP
        else:
            action = Action.UPDATE
        if planner.options.refresh_only and not is_wholly_known(after):
            # What cannot be worked out because everything stays as it is is left alone.
            continue
        planner.plan.outputs.append(OutputChange(name, action, before, after, block.sensitive))
    for name, recorded in sorted(planner.state.outputs.items()):
        if name not in declared:
            planner.plan.outputs.append(
                OutputChange(name, Action.DELETE, stored_output(recorded), NULL,
                             recorded.sensitive))
