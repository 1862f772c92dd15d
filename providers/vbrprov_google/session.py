"""The clients of one configured provider: made on first use, shared by all threads."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import urljoin

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_google.clients import StorageClient
from vbrprov_google.credentials import Login, find
from vbrprov_google.loading import load, load_storage

#: Where the services are, each with its version.
ENDPOINTS: Final = {
    "storage": "https://storage.googleapis.com/storage/v1/",
    "iam": "https://iam.googleapis.com/v1/",
    "resourcemanager": "https://cloudresourcemanager.googleapis.com/v3/",
    "cloudkms": "https://cloudkms.googleapis.com/v1/",
}
#: Where the double has them.
DOUBLE_PATHS: Final = {"storage": "storage/v1/", "iam": "iam/v1/",
                       "resourcemanager": "cloudresourcemanager/v3/", "cloudkms": "cloudkms/v1/"}
CONNECT_SECONDS: Final = 10
READ_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Settings:
    """What the provider block says, checked and with its defaults."""

    project: str | None = None
    region: str | None = None
    zone: str | None = None
    login: Login = field(default_factory=Login)
    endpoints: Mapping[str, str] = field(default_factory=dict)
    default_labels: Mapping[str, str] = field(default_factory=dict)
    parallelism: int = 10
    sandbox: bool = False


class Clients:
    """The client object of the provider (see the protocol ``GoogleClients``). Costs no call."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.RLock()
        self._found: tuple[Any, str | None] | None = None
        self._http: Any = None
        self._turns: dict[str, threading.Lock] = {}
        self._storage: Any = None
        self.sandbox = settings.sandbox
        self.region = settings.region
        self.zone = settings.zone
        self.default_labels: Mapping[str, str] = dict(settings.default_labels)

    @property
    def stated_project(self) -> str | None:
        """The project as far as it is known without looking for credentials."""
        return self._settings.project

    @property
    def project(self) -> str:
        """The provider's project, or the one that the credentials belong to."""
        project = self._settings.project or self._credentials()[1]
        if not project:
            raise ProviderError(
                ErrorClass.INVALID, "No project",
                "The google provider has no project. Set project on the provider block or on the "
                "resource, or GOOGLE_PROJECT.", attribute="project")
        return project

    def _credentials(self) -> tuple[Any, str | None]:
        with self._lock:
            if self._found is None:
                load()
                self._found = find(self._settings.login)
            return self._found

    def _session(self) -> Any:
        with self._lock:
            if self._http is None:
                load()
                from google.auth.transport.requests import AuthorizedSession
                from requests.adapters import HTTPAdapter

                session = AuthorizedSession(self._credentials()[0])  # type: ignore[no-untyped-call]  # the SDK's
                # One connection a thread, or urllib3 throws them away and opens new ones.
                size = max(10, self._settings.parallelism)
                for scheme in ("https://", "http://"):
                    session.mount(scheme, HTTPAdapter(pool_connections=size, pool_maxsize=size))
                if self.sandbox:
                    # A proxy would be asked for a loopback address.
                    session.trust_env = False
                self._http = session
            return self._http

    def _endpoint(self, service: str) -> str:
        url = self._settings.endpoints.get(service) or ENDPOINTS[service]
        return url if url.endswith("/") else f"{url}/"

    def storage(self) -> StorageClient:
        """The client of Cloud Storage, on the same session as everything else."""
        with self._lock:
            if self._storage is None:
                load_storage()
                from google.cloud import storage

                root = self._endpoint("storage").removesuffix("storage/v1/").rstrip("/")
                self._storage = storage.Client(
                    project=self.stated_project or "none", credentials=self._credentials()[0],
                    _http=self._session(), client_options={"api_endpoint": root})
            return cast("StorageClient", self._storage)

    def rest(self, verb: str, service: str, path: str, *, query: Mapping[str, Any] | None = None,
             body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Call a REST method once."""
        load()
        from google.api_core.exceptions import from_http_response

        answer = self._session().request(
            verb, urljoin(self._endpoint(service), path), params=query, json=body,
            timeout=(CONNECT_SECONDS, READ_SECONDS))
        if answer.status_code >= 400:
            raise from_http_response(answer)  # type: ignore[no-untyped-call]  # the SDK's
        data: dict[str, Any] = answer.json() if answer.content else {}
        return data

    def turn(self, what: str) -> AbstractContextManager[object]:
        """A lock for whoever changes *what*."""
        with self._lock:
            return self._turns.setdefault(what, threading.Lock())

    def access_token(self) -> str:
        """A token of the provider's own identity."""
        from google.auth.transport.requests import Request

        credentials = self._credentials()[0]
        if not credentials.token or credentials.expired:
            credentials.refresh(Request(session=self._session()))
        token = str(credentials.token)
        self.learn_secret(token)
        return token

    def learn_secret(self, value: str) -> None:
        """Tell the redactor a value that must never be printed."""
        self._settings.login.learn_secret(value)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            if self._http is not None:
                self._http.close()
            self._http = self._storage = None
