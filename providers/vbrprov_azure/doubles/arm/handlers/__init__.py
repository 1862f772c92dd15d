"""The operations of the double, by name; one file a service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vbrprov_azure.doubles.arm.call import Answer, Call
from vbrprov_azure.doubles.arm.handlers import (
    accounts,
    authorization,
    blob_service,
    containers,
    groups,
    identities,
    locks,
    policies,
)
from vbrprov_azure.doubles.arm.tables import Route

Handler = Callable[[Call], Answer]

_MODULES: Final = (accounts, authorization, blob_service, containers, groups, identities, locks,
                   policies)
HANDLERS: Final[Mapping[str, Handler]] = {
    name: handler for module in _MODULES for name, handler in module.HANDLERS.items()}
#: Routes that are in no extract; each module names their source.
OWN_ROUTES: Final[tuple[Route, ...]] = (
    *accounts.ROUTES, *groups.ROUTES, *identities.ROUTES, *locks.ROUTES)
