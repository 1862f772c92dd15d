"""Filters, order and paging of lists."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vbrprov_veeam.doubles.vbr.json_types import Json, JsonValue

_DEFAULT_LIMIT = 200

# Filter -> property that must equal one of its values.
_EXACT_FILTERS = {
    "typeFilter": "type",
    "idFilter": "id",
    "stateFilter": "state",
    "jobIdFilter": "jobId",
    "isDefaultFilter": "isDefault",
    "isOnlineFilter": "isOnline",
    "statusFilter": "status",
    "sobrIdFilter": "sobrId",
}

# Filter -> (time property, whether the time must be after it).
_TIME_FILTERS = {
    "createdAfterFilter": ("creationTime", True),
    "createdBeforeFilter": ("creationTime", False),
    "endedAfterFilter": ("endTime", True),
    "endedBeforeFilter": ("endTime", False),
}


def page(items: Sequence[Json], query: Mapping[str, list[str]]) -> Json:
    """Return one page in the API's form; filters and order come before paging."""
    kept = [item for item in items if _passes(item, query)]
    if "orderColumn" in query:
        column = query["orderColumn"][-1]
        descending = query.get("orderAsc", ["true"])[-1].lower() == "false"
        kept.sort(key=lambda item: str(_column(item, column)).casefold(), reverse=descending)
    skip = int(query.get("skip", ["0"])[-1])
    limit = int(query.get("limit", [str(_DEFAULT_LIMIT)])[-1])
    shown = kept[skip : skip + limit]
    return {
        "data": shown,
        "pagination": {"total": len(kept), "count": len(shown), "skip": skip, "limit": limit},
    }


def _column(item: Json, column: str) -> JsonValue:
    # Order columns are the property names with a capital.
    return item.get(column[:1].lower() + column[1:], "")


def _passes(item: Json, query: Mapping[str, list[str]]) -> bool:
    for parameter, prop in _EXACT_FILTERS.items():
        wanted = query.get(parameter)
        if wanted and str(item.get(prop, "")).casefold() not in {w.casefold() for w in wanted}:
            return False
    for parameter, (prop, after) in _TIME_FILTERS.items():
        if parameter in query and not _in_time(item.get(prop), query[parameter][-1], after=after):
            return False
    if "resultFilter" in query:
        result = item.get("result", {}).get("result", "")
        if result not in query["resultFilter"]:
            return False
    return all(
        _matches_any(item, query[parameter][-1])
        for parameter in ("nameFilter", "hintFilter", "fullNameFilter")
        if parameter in query
    )


def _in_time(stamp: str | None, limit: str, *, after: bool) -> bool:
    if stamp is None:
        return False
    # Query strings turn the + of an offset into a space.
    bound = datetime.fromisoformat(limit.replace(" ", "+"))
    if bound.tzinfo is None:
        bound = bound.replace(tzinfo=UTC)
    moment = datetime.fromisoformat(stamp)
    return moment >= bound if after else moment <= bound


def _matches_any(item: Json, pattern: str) -> bool:
    """Tell whether any text of the object fits.

    The document says that ``nameFilter`` may match any property, not just the name; clients that
    trust it pick up the wrong object, so the double does the same.
    """
    wanted = pattern.casefold()
    start, end = wanted.startswith("*"), wanted.endswith("*")
    core = wanted.strip("*")
    for value in _texts(item):
        text = value.casefold()
        if start and end and core in text:
            return True
        if start and not end and text.endswith(core):
            return True
        if end and not start and text.startswith(core):
            return True
        if text == wanted:
            return True
    return False


def _texts(node: JsonValue) -> list[str]:
    if isinstance(node, dict):
        return [text for value in node.values() for text in _texts(value)]
    if isinstance(node, list):
        return [text for item in node for text in _texts(item)]
    return [node] if isinstance(node, str) else []
