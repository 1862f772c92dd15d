"""What a handler gets: the double's state and the request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vbrprov_veeam.doubles.vbr.json_types import Json, JsonValue

if TYPE_CHECKING:
    from vbrprov_veeam.doubles.vbr.auth import Auth
    from vbrprov_veeam.doubles.vbr.document import Operation
    from vbrprov_veeam.doubles.vbr.faults import Faults
    from vbrprov_veeam.doubles.vbr.ledger import Ledger
    from vbrprov_veeam.doubles.vbr.sessions import Sessions
    from vbrprov_veeam.doubles.vbr.store import Store
    from vbrprov_veeam.doubles.vbr.validation import Validator


@dataclass(frozen=True, slots=True)
class StorageTarget:
    """What a repository save session connects to.

    Attributes:
        repository_type: The repository's ``type``.
        access_key: Access key id, or the account name on Azure.
        secret_key: The secret that belongs to it.
        endpoint: Service point as given, or None where the type has none.
        region: Region id or region type, or None.
        bucket: Bucket or container name, or None.
        folder: Folder name, or None.
    """

    repository_type: str
    access_key: str
    secret_key: str
    endpoint: str | None
    region: str | None
    bucket: str | None
    folder: str | None

    def __repr__(self) -> str:
        """Leave the secret out."""
        return f"StorageTarget({self.repository_type!r}, {self.access_key!r}, {self.bucket!r})"


# Returns None if the storage can be used, else the text of the storage's error.
StorageCheck = Callable[[StorageTarget], str | None]


@dataclass(slots=True)
class State:
    """The whole state of one double."""

    revision: str
    build: str
    store: Store
    sessions: Sessions
    auth: Auth
    ledger: Ledger
    faults: Faults
    storage: StorageCheck | None
    backup_server_id: str = ""


@dataclass(slots=True)
class Call:
    """One request, as a handler sees it.

    Attributes:
        state: The double.
        operation: The operation of the document.
        revision: The revision that the client asked for.
        validator: Validator of that revision.
        path: Path parameters by name.
        query: Query parameters; each may repeat.
        body: Decoded body in the wire form of the server's revision, or None.
        object_id: Set by a handler: the object that it wrote, for the ledger.
        object_name: Set by a handler, likewise.
    """

    state: State
    operation: Operation
    revision: str
    validator: Validator
    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: JsonValue = None
    token: str = ""
    object_id: str | None = None
    object_name: str | None = None
    extra: Json = field(default_factory=dict)

    @property
    def store(self) -> Store:
        """The objects."""
        return self.state.store

    def flag(self, name: str) -> bool:
        """Return a boolean query parameter; absent means False."""
        return self.query.get(name, ["false"])[-1].lower() == "true"

    def wrote(self, object_id: str, name: str | None) -> None:
        """Note which object the request wrote."""
        self.object_id = object_id
        self.object_name = name


Handler = Callable[[Call], JsonValue]
