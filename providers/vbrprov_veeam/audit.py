"""What an audit asks of the server: which objects there are, and the storage below them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from vbrprov.sdk import (
    ErrorClass,
    InstanceFacts,
    Listed,
    ProviderError,
    Reader,
    RepositoryView,
    StorageBelow,
)
from vbrprov.sdk.values import Value
from vbrprov_veeam.server import CLOUD_CREDENTIALS, REPOSITORIES, Json, Server
from vbrprov_veeam.views import is_viewed, views

#: Repositories that agents may be let at directly.
_WITH_ACCESS: Final = ("S3Compatible", "S3Integrated", "SmartObjectS3", "IBMCloud", "WasabiCloud")
#: https://docs.wasabi.com/docs/what-are-the-service-urls-for-wasabi-s-different-storage-regions
_WASABI: Final = "https://s3.{}.wasabisys.com"


def listing(server: Server, type_name: str, path: str, fits: Callable[[Json], bool],
            names: Callable[[Json], set[str]]) -> Iterator[Listed]:
    """The objects of a collection that are of a type, if any guardrail looks at such.

    A collection is asked for once, however many types are in it.
    """
    if not is_viewed(type_name):
        return
    for raw in server.once(path):
        if fits(raw):
            name = str(raw.get("name") or next(iter(sorted(names(raw))), raw["id"]))
            yield Listed(str(raw["id"]), name, {"id": str(raw["id"]), "name": name})


def with_access(server: Server) -> Iterator[Listed]:
    """The agent access of each repository that has such a setting."""
    for raw in server.once(REPOSITORIES):
        if raw.get("type") in _WITH_ACCESS:
            own = str(raw["id"])
            yield Listed(own, str(raw["name"]), {"id": own, "repository_id": own})


def eleven_eleven(server: Server, type_name: str) -> Iterator[Listed]:
    """Repositories that the server shows and the REST API knows little of."""
    return listing(server, type_name, REPOSITORIES,
                   lambda raw: raw.get("type") == "ElevenElevenS3", lambda raw: set())


def beneath(server: Server, type_name: str, values: Mapping[str, Value]) -> Iterator[StorageBelow]:
    """The bucket or container of a repository with these values."""
    facts = InstanceFacts(type_name, type_name, "managed", "no-op", values, values, {})
    for view in views(facts):
        if isinstance(view, RepositoryView) and view.storage_family and view.storage.value.value:
            endpoint = view.endpoint.value or ""
            if view.type == "wasabi":
                region = Reader(facts).text("account.region_id").value
                endpoint = _WASABI.format(region) if region else ""
            yield StorageBelow(
                view.storage_family, view.storage.value.value, endpoint=endpoint,
                account=_account(server, view.credentials.value.value)
                if view.storage_family == "azure" else "")


def _account(server: Server, credentials: str | None) -> str:
    """The Azure storage account of cloud credentials; empty where they cannot be read."""
    try:
        found = (raw for raw in server.once(CLOUD_CREDENTIALS) if raw["id"] == credentials)
        return str(next(found, {}).get("account") or "")
    except ProviderError as error:
        if error.kind is ErrorClass.DENIED:
            return ""
        raise
