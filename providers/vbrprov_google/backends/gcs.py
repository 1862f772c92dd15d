"""State in a bucket of Google Cloud Storage; versions are object generations.

Preconditions: https://docs.cloud.google.com/storage/docs/request-preconditions
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from vbrprov.sdk import (
    BackendType,
    ObjectStore,
    ProviderError,
    Setting,
    StoreConflictError,
    Stored,
    StoreError,
)
from vbrprov_google.credentials import Login, find

_TIMEOUT = (10, 60)
_TRY_AGAIN = frozenset({408, 429, 500, 502, 503, 504})


class GcsStore(ObjectStore):
    """Objects below a prefix of a bucket.

    Args:
        settings: As ``GcsBackend.settings`` lists them.
    """

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = settings
        self._bucket = settings["bucket"]
        prefix = settings["prefix"].strip("/")
        self._root = f"{prefix}/" if prefix else ""
        self._url = settings["storage_custom_endpoint"].removesuffix("/").removesuffix(
            "/storage/v1")
        self._session: Any = None
        self._making = threading.Lock()

    @property
    def description(self) -> str:
        """The usual ``gs://`` form."""
        return f"gs://{self._bucket}/{self._root.rstrip('/')}"

    def get(self, name: str) -> Stored | None:
        """The data, with its generation from the header of the answer."""
        answer = self._call("GET", f"/o/{quote(self._root + name, safe='')}", {"alt": "media"})
        if answer.status_code == 404 and not self._lacks_bucket(answer):
            return None
        self._require(answer)
        return Stored(answer.content, answer.headers["X-Goog-Generation"])

    def put(self, name: str, data: bytes, *, expected: str | None) -> str:
        """objects.insert with ifGenerationMatch; 0 stands for "there is none"."""
        answer = self._call("POST", "/o", {
            "uploadType": "media", "name": self._root + name,
            "ifGenerationMatch": expected or "0"}, data=data, upload=True)
        if answer.status_code == 412:
            raise StoreConflictError(f"{name} has changed.")
        self._require(answer)
        return str(answer.json()["generation"])

    def delete(self, names: Sequence[str]) -> None:
        """objects.delete, one after the other."""
        for name in names:
            answer = self._call("DELETE", f"/o/{quote(self._root + name, safe='')}", {})
            if answer.status_code != 404:
                self._require(answer)

    def names(self, prefix: str) -> list[str]:
        """objects.list, all pages."""
        found: list[str] = []
        query = {"prefix": self._root + prefix, "fields": "items(name),nextPageToken"}
        while True:
            answer = self._call("GET", "/o", query)
            self._require(answer)
            page = answer.json()
            found += [item["name"].removeprefix(self._root) for item in page.get("items", ())]
            if not page.get("nextPageToken"):
                return sorted(found)
            query["pageToken"] = page["nextPageToken"]

    def _call(self, method: str, path: str, query: Mapping[str, str], *, data: bytes | None = None,
              upload: bool = False) -> Any:
        from google.auth.exceptions import GoogleAuthError, TransportError
        from requests import RequestException

        url = f"{self._url}{'/upload' if upload else ''}/storage/v1/b/{quote(self._bucket)}{path}"
        headers = {"Content-Type": "application/octet-stream"} if data is not None else {}
        try:
            return self._connected().request(method, url, params=query, data=data, headers=headers,
                                             timeout=_TIMEOUT, allow_redirects=False)
        except (RequestException, TransportError) as error:
            raise StoreError(f"no answer ({type(error).__name__}).",
                             hint="Check the network and the proxy.", passing=True) from error
        except GoogleAuthError as error:
            raise StoreError(f"no usable credentials: {str(error)[:300].rstrip('.')}.") from error

    def _connected(self) -> Any:
        with self._making:
            if self._session is None:
                from google.auth.transport.requests import AuthorizedSession

                login = Login(credentials=self._settings["credentials"] or None,
                              access_token=self._settings["access_token"] or None,
                              impersonate=self._settings["impersonate_service_account"] or None)
                try:
                    credentials, _ = find(login)
                except ProviderError as error:
                    raise StoreError(error.detail, hint=error.hint) from error
                self._session = AuthorizedSession(credentials)  # type: ignore[no-untyped-call]  # the SDK's
            return self._session

    def _lacks_bucket(self, answer: Any) -> bool:
        return "bucket does not exist" in answer.text

    def _require(self, answer: Any) -> None:
        status = answer.status_code
        if status < 300:
            return
        hint = ""
        if status in (401, 403):
            hint = "The identity needs the role roles/storage.objectAdmin on the bucket."
        elif status == 404:
            hint = "Make the bucket first; one for states should keep versions."
        raise StoreError(f"{status} {answer.reason}: {_message(answer)}", hint=hint,
                         passing=status in _TRY_AGAIN)


def _message(answer: Any) -> str:
    try:
        return str(answer.json()["error"]["message"])[:300]
    except (ValueError, KeyError, TypeError):
        return str(answer.text)[:300]


class GcsBackend(BackendType):
    """A bucket."""

    name: ClassVar[str] = "gcs"
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("bucket", "The bucket.", required=True),
        Setting("prefix", "What all names begin with."),
        Setting("credentials", "A JSON document of credentials, or the path of one.",
                environ=("GOOGLE_BACKEND_CREDENTIALS", "GOOGLE_CREDENTIALS"), secret=True),
        Setting("access_token", "An access token.", environ=("GOOGLE_OAUTH_ACCESS_TOKEN",),
                secret=True),
        Setting("impersonate_service_account", "The account to act as.", environ=(
            "GOOGLE_BACKEND_IMPERSONATE_SERVICE_ACCOUNT", "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT")),
        Setting("storage_custom_endpoint", "The URL of the service.",
                default="https://storage.googleapis.com",
                environ=("GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT",
                         "GOOGLE_STORAGE_CUSTOM_ENDPOINT")),
    )

    def open(self, settings: Mapping[str, str]) -> ObjectStore:
        """Nothing to check before the first call."""
        return GcsStore(settings)


BACKEND = GcsBackend()
