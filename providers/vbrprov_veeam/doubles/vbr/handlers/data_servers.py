"""Unstructured data servers: object storage whose buckets are backed up."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from vbrprov_veeam.doubles.vbr.collection import Collection
from vbrprov_veeam.doubles.vbr.errors import already_exists

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vbrprov_veeam.doubles.vbr.context import Call, Handler
    from vbrprov_veeam.doubles.vbr.json_types import Json


class DataServers(Collection):
    """Sources of object storage backup jobs."""

    name = "unstructuredDataServers"
    path = "/api/v1/inventory/unstructuredDataServers"
    model = "UnstructuredDataServerModel"
    kind = "Unstructured data server"
    name_property = None
    references: ClassVar[Mapping[str, Sequence[str]]] = {
        "credentialsId": ("cloudCredentials",),
        "cacheRepositoryId": ("repositories",),
        "proxyIds": ("managedServers",),
    }
    saves_in_session = True
    deletes_in_session = True

    def label(self, stored: Json) -> str:
        """Return the friendly name."""
        return friendly_name(stored)

    def delete(self, call: Call) -> Json | None:
        """Delete in a session; 1.3-rev2 documents an answer without one first."""
        session = super().delete(call)
        if call.operation.responses.get(call.operation.success) is not None or session is None:
            return session
        call.state.sessions.end_now(session["id"])
        return None

    def check(self, call: Call, candidate: Json, current: Json | None) -> None:
        """Refuse a name that is taken."""
        name = friendly_name(candidate)
        for other in call.store.collection(self.name).values():
            if other["id"] != candidate["id"] and friendly_name(other) == name:
                raise already_exists(self.kind, name)


def friendly_name(stored: Json) -> str:
    """Return the name of a server, which lies elsewhere in one of its types."""
    return str(stored.get("friendlyName") or stored.get("account", {}).get("friendlyName"))


SERVERS = DataServers()


def routes() -> dict[tuple[str, str], Handler]:
    """Return the handlers of this module."""
    return dict(SERVERS.routes())
