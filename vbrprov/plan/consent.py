"""Whether an object may be destroyed: its type says so, and may ask the service first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vbrprov.plan.clients import is_deferred
from vbrprov.sdk.resource import ProviderError, ResourceType
from vbrprov.values import Value

if TYPE_CHECKING:
    from vbrprov.plan.planner import Planner


def refusal(planner: Planner, kind: ResourceType[Any, Any], provider: str,
            prior: Mapping[str, Value], *, replaced: bool = False) -> str | None:
    """Why an object must not be destroyed, or ``None``.

    *replaced* says that another one is made in its place after it has gone. Without a refresh, or
    without a client, only what is recorded counts.
    """
    client = planner.clients.get(provider)
    if is_deferred(client) or not planner.options.refresh:
        return kind.plan_destroy(prior)
    try:
        return kind.refuse_destroy(client, prior, replaced=replaced)
    except ProviderError as error:
        return f"Whether it may be destroyed could not be found out. {error}"
