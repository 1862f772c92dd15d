"""plantimestamp(): the time of the plan."""

from __future__ import annotations

from vbrprov.sdk import Function, FunctionContext
from vbrprov.values import STRING, Unknown, Value


def _plantimestamp(context: FunctionContext) -> Value:
    return context.plan_time or Unknown(STRING, not_null=True)


FUNCTION = Function(
    name="plantimestamp", group="time",
    doc="Return the time of the plan, UTC, as RFC 3339; the same during a whole run.",
    params=(), returns=str, impl=_plantimestamp, needs_context=True, example="plantimestamp()",
)
