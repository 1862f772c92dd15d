"""One VBR server, as resources see it: the client's calls, with errors that a user can act on.

Bodies are in the words of the newest API revision, whatever revision the connection uses.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from vbrprov.sdk import ErrorClass, ProviderError

if TYPE_CHECKING:
    from vbrprov_veeam.api import Feature, VbrClient
    from vbrprov_veeam.powershell.transport import Transport

Json = dict[str, Any]

REPOSITORIES = "/api/v1/backupInfrastructure/repositories"
SCALE_OUT_REPOSITORIES = "/api/v1/backupInfrastructure/scaleOutRepositories"
MANAGED_SERVERS = "/api/v1/backupInfrastructure/managedServers"
MOUNT_SERVERS = "/api/v1/backupInfrastructure/mountServers"
PROTECTION_GROUPS = "/api/v1/agents/protectionGroups"
CREDENTIALS = "/api/v1/credentials"
CLOUD_CREDENTIALS = "/api/v1/cloudCredentials"
JOBS = "/api/v1/jobs"
SESSIONS = "/api/v1/sessions"
AD_DOMAINS = "/api/v1/adDomains"
DATA_SERVERS = "/api/v1/inventory/unstructuredDataServers"

#: What servers show where an id is required and there is none.
NO_ID = "00000000-0000-0000-0000-000000000000"

#: The product version that brought a revision.
_VERSIONS = {"1.3-rev2": "13.1", "1.3-rev1": "13.0.1", "1.3-rev0": "13.0", "1.2-rev1": "12.3"}
_RUNNING = ("Starting", "Working", "Postprocessing")


class Server:
    """One server. Threads may share it.

    Raises:
        ProviderError: From every method: what the server or the network refused.
    """

    def __init__(self, client: VbrClient, label: str, powershell: Transport | None = None) -> None:
        """Use *client*; *label* names the server in messages; *powershell* takes scripts there."""
        self._client = client
        self._powershell = powershell
        self.label = label
        self._lock = threading.RLock()
        self._backup_server: Json | None = None
        self._mount_server: Json | None = None
        self._listed: dict[str, list[Json]] = {}
        self._patience = threading.local()
        self._answers: bool | None = None

    def __repr__(self) -> str:
        """Name the server only."""
        return f"Server({self.label!r})"

    @property
    def client(self) -> VbrClient:
        """The client itself."""
        return self._client

    @property
    def powershell(self) -> Transport:
        """How scripts get to the server."""
        if self._powershell is None:
            raise ProviderError(ErrorClass.UNSUPPORTED, "No PowerShell",
                                f"There is no way to run scripts for {self.label}.")
        return self._powershell

    @property
    def revision(self) -> str:
        """The API revision in use; negotiated on first need."""
        with self._errors():
            return self._client.revision

    @property
    def known_revision(self) -> str | None:
        """The same for planning: ``None`` when the server does not answer, which is asked once."""
        with self._lock:
            if self._answers is None:
                try:
                    self._answers = bool(self.revision)
                except ProviderError:
                    self._answers = False
        return self.revision if self._answers else None

    @contextlib.contextmanager
    def patience(self, timeout: float | None) -> Iterator[None]:
        """Wait so many seconds for sessions in this thread; ``None`` is the provider's setting."""
        before = getattr(self._patience, "timeout", None)
        self._patience.timeout = timeout
        try:
            yield
        finally:
            self._patience.timeout = before

    @property
    def _timeout(self) -> float | None:
        timeout: float | None = getattr(self._patience, "timeout", None)
        return timeout

    def has(self, feature: Feature) -> bool:
        """Whether the API revision in use has a feature."""
        from vbrprov_veeam.api import supports

        return supports(self.revision, feature)

    def require(self, feature: Feature, *, attribute: str | None = None, hint: str = "") -> None:
        """See that the API revision in use has a feature.

        Raises:
            ProviderError: It has not.
        """
        from vbrprov_veeam.api import first_revision

        if not self.has(feature):
            first = first_revision(feature)
            raise ProviderError(
                ErrorClass.UNSUPPORTED, "API revision is not supported",
                f"{self.label} speaks revision {self.revision} of its REST API; {feature.value} "
                f"need revision {first} or later, which Veeam Backup & Replication "
                f"{_VERSIONS[first]} has.", attribute=attribute, hint=hint)

    def find(self, path: str) -> Json | None:
        """One object, or ``None`` when the server says that there is none."""
        try:
            return self.get(path)
        except ProviderError as error:
            if error.kind is ErrorClass.NOT_FOUND:
                return None
            raise

    def get(self, path: str) -> Json:
        """One object."""
        with self._errors():
            found: Json = self._decoded(self._client.get(path))
            return found

    def post(
        self, path: str, body: Json | None = None, *, reads: bool = False, **params: bool,
    ) -> Any:
        """A POST; *reads* says that it changes nothing and may be repeated."""
        with self._errors():
            encoded = None if body is None else self._client.wire.encode(body)
            return self._decoded(self._client.post(path, encoded, reads=reads, **params))

    def put(self, path: str, body: Json, **params: bool) -> None:
        """Replace an object; a session that the server starts for it is waited for."""
        with self._errors():
            answer = self._client.put(path, self._client.wire.encode(body), **params)
            self._client.wait_if_session(answer, timeout=self._timeout)

    def wait_if_session(self, answer: Any) -> None:
        """Wait for the end of a session, if *answer* is one."""
        with self._errors():
            self._client.wait_if_session(answer, timeout=self._timeout)

    def finish(self, answer: Any) -> None:
        """As ``wait_if_session``, for the answer to a creation that the server took."""
        with after_creation():
            self.wait_if_session(answer)

    def delete(self, path: str, **params: bool) -> None:
        """Delete an object, as ``put`` for sessions; one that is gone already is fine."""
        try:
            with self._errors():
                self._client.wait_if_session(
                    self._client.delete(path, **params), timeout=self._timeout)
        except ProviderError as error:
            if error.kind is not ErrorClass.NOT_FOUND:
                raise

    def objects(self, path: str, **filters: str | bool) -> list[Json]:
        """All objects of a collection."""
        with self._errors():
            return [self._decoded(item) for item in self._client.list(path, **filters)]

    def once(self, path: str) -> list[Json]:
        """All objects of a collection as they were when first asked for; for planning only."""
        with self._lock:
            if path not in self._listed:
                self._listed[path] = self.objects(path)
            return self._listed[path]

    def named(self, path: str, name: str) -> list[Json]:
        """The objects whose name is exactly *name*."""
        with self._errors():
            return [self._decoded(item) for item in self._client.find_by_name(path, name)]

    def create_in_session(self, path: str, body: Json, *, name: str, **params: bool) -> Json:
        """Create an object by a call that answers with a session, and return the object."""
        session = self.post(path, body, **params)
        with after_creation(), self._errors():
            made: Json = self._decoded(self._client.finish_create(
                session, path, name=name, timeout=self._timeout))
            return made

    def wait_for_saves(self, types: tuple[str, ...] = ("Infrastructure",)) -> None:
        """Wait for saves that still run; *types* are the beginnings of their sessions' types.

        A client that died after its POST leaves a session behind; the object appears when that
        session ends.
        """
        for state in _RUNNING:
            for session in self.objects(SESSIONS, stateFilter=state):
                if str(session.get("sessionType")).startswith(types):
                    with contextlib.suppress(ProviderError), self._errors():
                        self._client.wait_session(session)

    def backup_server(self) -> Json:
        """The managed server that is the backup server itself; read once."""
        with self._lock:
            if self._backup_server is None:
                found = [s for s in self.objects(MANAGED_SERVERS) if s.get("isBackupServer")]
                if len(found) != 1:
                    raise ProviderError(
                        ErrorClass.FAILED, "Backup server not found",
                        f"{self.label} marks {len(found)} of its managed servers as the backup "
                        "server; exactly one was expected.")
                self._backup_server = found[0]
            return self._backup_server

    def default_mount_server(self) -> Json:
        """The default mount server; of several the backup server, else the first; read once."""
        with self._lock:
            if self._mount_server is None:
                from vbrprov_veeam.api import Feature

                self.require(Feature.MOUNT_SERVERS)
                answer = self.get(f"{MOUNT_SERVERS}/default")
                found: list[Json] = answer.get("data") or []
                if not found:
                    raise ProviderError(
                        ErrorClass.FAILED, "No default mount server",
                        f"{self.label} has no default mount server.",
                        hint="Name a mount server in the block mount_server.")
                own = self.backup_server()["id"]
                self._mount_server = next((m for m in found if m.get("id") == own), found[0])
            return self._mount_server

    def close(self) -> None:
        """Log out and close the connections."""
        from vbrprov_veeam.errors import translated

        with translated(self.label):
            self._client.logout()

    def _decoded(self, answer: Any) -> Any:
        from vbrprov_veeam.api import without_nulls

        # Servers send null for optional properties, and refuse it in the PUT that sends them back.
        return without_nulls(self._client.wire.decode(answer))

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        from vbrprov_veeam.errors import translated

        with translated(self.label):
            # Settled before the call: a server that does not answer is then asked for as long as
            # one read is repeated, and not for every repetition of the call again.
            _ = self._client.revision
            yield


@contextlib.contextmanager
def after_creation() -> Iterator[None]:
    """Say of an error that came after the server took a creation that the object may be there.

    Whatever kept the result from being seen (denied, busy, broken), a second creation would double
    the object; only a session that failed says that nothing was made.
    """
    try:
        yield
    except ProviderError as error:
        from vbrprov_veeam.api import VbrSessionError

        if not isinstance(error.__cause__, VbrSessionError):
            error.kind = ErrorClass.LOST
        raise


def only(found: Iterable[Json], what: str, describe: Callable[[Json], str]) -> Json | None:
    """The single object of *found*, ``None`` for none.

    Raises:
        ProviderError: There are several; the candidates are listed.
    """
    candidates = list(found)
    if len(candidates) > 1:
        lines = "\n".join(f"    {o['id']}  {describe(o)}" for o in candidates)
        raise ProviderError(
            ErrorClass.INVALID, "Name is not unique",
            f"{len(candidates)} objects fit {what}:\n\n{lines}\n\nImport one by its id.")
    return candidates[0] if candidates else None
