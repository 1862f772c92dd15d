"""The operations of the double, one module per kind of object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vbrprov_veeam.doubles.vbr.handlers import (
    agents,
    browser,
    cloud_credentials,
    credentials,
    data_servers,
    encryption,
    jobs,
    repositories,
    scale_out,
    servers,
    service,
)

if TYPE_CHECKING:
    from vbrprov_veeam.doubles.vbr.context import Handler

MODULES = (
    service,
    credentials,
    cloud_credentials,
    encryption,
    servers,
    browser,
    repositories,
    scale_out,
    agents,
    data_servers,
    jobs,
)


def all_routes() -> dict[tuple[str, str], Handler]:
    """Return every handler by (method, path template)."""
    return {key: handler for module in MODULES for key, handler in module.routes().items()}
