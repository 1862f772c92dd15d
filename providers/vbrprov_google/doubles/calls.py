"""One request as a handler gets it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vbrprov_google.doubles.world import Json, World


@dataclass(frozen=True, slots=True)
class Call:
    """A request: the parts of its path, its parameters, its body (``data`` for an upload)."""

    world: World
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Json = field(default_factory=dict)
    data: bytes = b""

    def flag(self, name: str) -> bool:
        """A parameter that is true or false."""
        return self.query.get(name, "").lower() == "true"


Handler = Callable[[Call], Any]
#: Method of an API -> what does it.
HANDLERS: dict[tuple[str, str], Handler] = {}


def handles(api: str, name: str) -> Callable[[Handler], Handler]:
    """Register a handler."""

    def register(handler: Handler) -> Handler:
        HANDLERS[api, name] = handler
        return handler

    return register


def page(call: Call, items: list[Json], size: str, default: int) -> tuple[list[Json], str]:
    """One page of a list, and the token of the next one (empty at the end)."""
    start = int(call.query.get("pageToken", "0") or 0)
    count = min(int(call.query.get(size, 0)) or default, default)
    end = start + count
    return items[start:end], str(end) if end < len(items) else ""
