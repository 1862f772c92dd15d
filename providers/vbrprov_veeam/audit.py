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
_NO_ADDRESS: Final = "The server does not show the address of the store."


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
        name = view.storage.value.value if isinstance(view, RepositoryView) else None
        if isinstance(view, RepositoryView) and view.storage_family and name:
            if view.storage_family == "azure":
                account, missing = _account(server, view.credentials.value.value)
                yield StorageBelow(view.storage_family, name, account, missing=missing)
            elif view.storage_family == "s3c":
                endpoint = view.endpoint.value or _endpoint(view, facts)
                yield StorageBelow(view.storage_family, name, endpoint=endpoint,
                                   missing="" if endpoint else _NO_ADDRESS)
            else:
                yield StorageBelow(view.storage_family, name)


def _endpoint(view: RepositoryView, facts: InstanceFacts) -> str:
    """The address of a store that the server knows by its region; empty where it is not known."""
    region = Reader(facts).text("account.region_id").value
    return _WASABI.format(region) if view.type == "wasabi" and region else ""


def _account(server: Server, credentials: str | None) -> tuple[str, str]:
    """The Azure storage account of cloud credentials; or nothing, and why."""
    try:
        found = (raw for raw in server.once(CLOUD_CREDENTIALS) if raw["id"] == credentials)
        account = str(next(found, {}).get("account") or "")
    except ProviderError as error:
        if error.kind is not ErrorClass.DENIED:
            raise
        return "", f"Its account is not known: {error.summary}: {error.detail}"
    return account, "" if account else "Its account is not known: the server shows no credentials."
