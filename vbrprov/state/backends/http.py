"""State behind Terraform's HTTP protocol: one document, and a lock.

The store's objects lie in the document. The server's lock is held around each write, and a server
that refuses writes under another lock's id makes them conditional; one that does not is refused.
Protocol: https://developer.hashicorp.com/terraform/language/backend/http
"""

from __future__ import annotations

import base64
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import md5
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import msgspec

from vbrprov import __version__
from vbrprov.platform_.process import host_name, user_name
from vbrprov.sdk.store import (
    BackendType,
    ObjectStore,
    Setting,
    StoreConflictError,
    Stored,
    StoreError,
    flag,
)

if TYPE_CHECKING:
    import requests

FORMAT = "vbrprov-objects"
#: Terraform refuses documents of a version that it does not know; with one that it knows it would
#: read a state without resources.
DOCUMENT_VERSION = 100

_MARK = "vbrprov: held for one write"
#: A lock for one write that has not changed for so long was left by a process that died.
_STUCK_SECONDS = 10.0
_PATIENCE_SECONDS = 60.0
_TIMEOUT = (10, 60)
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


class Item(msgspec.Struct, omit_defaults=True):
    """An object in the document; bytes that are no UTF-8 are in base64."""

    version: int
    text: str = ""
    base64: str = ""

    def stored(self) -> Stored:
        """As the store gives it out."""
        data = base64.b64decode(self.base64) if self.base64 else self.text.encode()
        return Stored(data, str(self.version))


class Document(msgspec.Struct):
    """What the server keeps. ``serial`` rises with each write, as servers expect."""

    version: int
    format: str
    serial: int
    lineage: str
    objects: dict[str, Item]


class HttpStore(ObjectStore):
    """Objects in one document of a server.

    Args:
        settings: As ``HttpBackend.settings`` lists them.
    """

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._address = settings["address"]
        self._lock_address = settings["lock_address"]
        self._unlock_address = settings["unlock_address"] or self._lock_address
        self._methods = {name: settings[f"{name}_method"].upper()
                         for name in ("update", "lock", "unlock")}
        self._verify = not flag(settings["skip_cert_verification"])
        self._login = (settings["username"], settings["password"])
        self._session: requests.Session | None = None
        self._mutex = threading.RLock()

    @property
    def description(self) -> str:
        """The address without user, password and query."""
        parts = urlsplit(self._address)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    def get(self, name: str) -> Stored | None:
        """One GET of the document."""
        return self.get_all([name])[0]

    def get_all(self, names: Sequence[str]) -> list[Stored | None]:
        """One GET for all of them."""
        objects = self._read().objects
        return [objects[name].stored() if name in objects else None for name in names]

    def names(self, prefix: str) -> list[str]:
        """One GET of the document."""
        return sorted(name for name in self._read().objects if name.startswith(prefix))

    def put(self, name: str, data: bytes, *, expected: str | None) -> str:
        """Read, compare and write under the server's lock."""

        def change(document: Document) -> int:
            found = document.objects.get(name)
            if (str(found.version) if found else None) != expected:
                raise StoreConflictError(f"{name} has changed.")
            try:
                item = Item(document.serial, text=data.decode())
            except UnicodeDecodeError:
                item = Item(document.serial, base64=base64.b64encode(data).decode())
            document.objects[name] = item
            return item.version

        return str(self._update(change))

    def delete(self, names: Sequence[str]) -> None:
        """One write for all of them."""

        def change(document: Document) -> int:
            for name in names:
                document.objects.pop(name, None)
            return 0

        self._update(change)

    def unfit(self) -> str:
        """Whether the server's lock keeps others from locking and from writing."""
        with self._mutex:
            info = self._lock()
            try:
                other = self._info()
                if self._send(self._methods["lock"], self._lock_address, other).status_code == 200:
                    return "it gave its lock to a second holder"
                document = self._read()
                document.serial += 1
                raw = msgspec.json.encode(document)
                if self._post(raw, other["ID"]).status_code in (200, 201, 202, 204):
                    return "while it was locked it took a write under another lock's id"
            finally:
                self._unlock(info)
        return ""

    def _update(self, change: Callable[[Document], int]) -> int:
        with self._mutex:
            info = self._lock()
            try:
                document = self._read()
                document.serial += 1
                result = change(document)
                answer = self._post(msgspec.json.encode(document), info["ID"])
                if answer.status_code in (409, 423):
                    raise StoreError("another process broke the lock that was held for this "
                                     "write.", passing=True)
                self._require(answer, (200, 201, 202, 204), "written")
                return result
            finally:
                self._unlock(info)

    def _read(self) -> Document:
        answer = self._send("GET", self._address)
        self._require(answer, (200, 204, 404), "read")
        if answer.status_code != 200 or not answer.content.strip():
            return Document(DOCUMENT_VERSION, FORMAT, 0, str(uuid.uuid4()), {})
        try:
            document = msgspec.json.decode(answer.content, type=Document)
        except msgspec.MsgspecError as error:
            if b'"terraform_version"' in answer.content[:1000]:
                raise StoreError("there is a state of Terraform at this address. Use another "
                                 "address.") from error
            raise StoreError(f"what is at this address is no state of vbrprov: {error}.") from error
        if document.format != FORMAT or document.version > DOCUMENT_VERSION:
            raise StoreError("what is at this address was written by another program or a newer "
                             "version.")
        return document

    # The server's lock.

    def _info(self) -> dict[str, str]:
        return {"ID": str(uuid.uuid4()), "Operation": "write", "Info": _MARK,
                "Who": f"{user_name()}@{host_name()}", "Version": __version__,
                "Created": datetime.now(UTC).isoformat(), "Path": ""}

    def _lock(self) -> dict[str, str]:
        """Take it; from a process of ours that died while it wrote, too."""
        info = self._info()
        started = since = time.monotonic()
        seen = ""
        while True:
            answer = self._send(self._methods["lock"], self._lock_address, info)
            if answer.status_code in (200, 201):
                return info
            self._require(answer, (409, 423), "locked")
            held = self._holder(answer)
            now = time.monotonic()
            if held.get("ID", "") != seen:
                seen, since = held.get("ID", ""), now
            if held.get("Info") == _MARK and now - since > _STUCK_SECONDS:
                self._unlock(held)
            elif now - started > _PATIENCE_SECONDS:
                raise StoreError(
                    f'the server says that it is locked by {held.get("Who") or "somebody"} for '
                    f'"{held.get("Operation", "")}" (lock {seen or "without an id"}).',
                    hint="If nobody holds it any more, unlock it on the server.")
            time.sleep(0.05 if held.get("Info") == _MARK else 0.5)

    def _holder(self, answer: requests.Response) -> dict[str, str]:
        try:
            found = msgspec.json.decode(answer.content, type=dict[str, Any])
        except msgspec.MsgspecError:
            return {}
        return {name: value for name, value in found.items() if isinstance(value, str)}

    def _unlock(self, info: Mapping[str, str]) -> None:
        try:
            self._send(self._methods["unlock"], self._unlock_address, info)
        except StoreError:
            # Whoever waits for it takes it after a while.
            return

    # Calls.

    def _post(self, raw: bytes, lock_id: str) -> requests.Response:
        # Terraform sends the MD5 of what it writes, and servers check it.
        digest = base64.b64encode(md5(raw, usedforsecurity=False).digest()).decode()
        return self._send(self._methods["update"], self._address, raw=raw, params={"ID": lock_id},
                          headers={"Content-MD5": digest})

    def _send(self, method: str, address: str, body: Mapping[str, str] | None = None, *,
              raw: bytes | None = None, params: Mapping[str, str] | None = None,
              headers: Mapping[str, str] | None = None) -> requests.Response:
        import requests

        data = msgspec.json.encode(body) if body is not None else raw
        kind = {"Content-Type": "application/json"} if data is not None else {}
        with self._mutex:
            if self._session is None:
                self._session = requests.Session()
            try:
                return self._session.request(
                    method, address, data=data, params=params, headers={**kind, **(headers or {})},
                    auth=self._login if self._login[0] else None, verify=self._verify,
                    timeout=_TIMEOUT, allow_redirects=False)
            except requests.exceptions.SSLError as error:
                raise StoreError("the certificate of the server is not trusted: "
                                 f"{type(error).__name__}.") from error
            except requests.exceptions.InvalidURL as error:
                raise StoreError("the address is no URL.") from error
            except requests.exceptions.RequestException as error:
                raise StoreError(f"the server did not answer ({type(error).__name__}).",
                                 hint="Check the address, the network and the proxy.",
                                 passing=True) from error

    def _require(self, answer: requests.Response, fine: Sequence[int], doing: str) -> None:
        status = answer.status_code
        if status in fine:
            return
        hint = ""
        if status in (401, 403):
            hint = "Check username and password, TF_HTTP_USERNAME and TF_HTTP_PASSWORD."
        elif 300 <= status < 400:
            hint = "Redirects are not followed. Give the address where the state is."
        raise StoreError(f"it was not {doing}: the server answered {status} {answer.reason}.",
                         hint=hint, passing=status in _TRY_AGAIN)


class HttpBackend(BackendType):
    """Terraform's HTTP protocol."""

    name: ClassVar[str] = "http"
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("address", "The URL of the state.", required=True, environ=("TF_HTTP_ADDRESS",)),
        Setting("update_method", "The method that writes.", default="POST",
                environ=("TF_HTTP_UPDATE_METHOD",)),
        Setting("lock_address", "The URL of its lock. A server without one is refused.",
                required=True, environ=("TF_HTTP_LOCK_ADDRESS",)),
        Setting("lock_method", "The method that locks.", default="LOCK",
                environ=("TF_HTTP_LOCK_METHOD",)),
        Setting("unlock_address", "The URL that unlocks; that of the lock by default.",
                environ=("TF_HTTP_UNLOCK_ADDRESS",)),
        Setting("unlock_method", "The method that unlocks.", default="UNLOCK",
                environ=("TF_HTTP_UNLOCK_METHOD",)),
        Setting("username", "For basic authentication.", environ=("TF_HTTP_USERNAME",)),
        Setting("password", "For basic authentication.", environ=("TF_HTTP_PASSWORD",),
                secret=True),
        Setting("skip_cert_verification", "Do not check the server's certificate.",
                default="false"),
        Setting("retry_max", "", unused="how often a call is tried again is fixed."),
        Setting("retry_wait_min", "", unused="how often a call is tried again is fixed."),
        Setting("retry_wait_max", "", unused="how often a call is tried again is fixed."),
    )

    def open(self, settings: Mapping[str, str]) -> ObjectStore:
        """Check the addresses."""
        for name in ("address", "lock_address", "unlock_address"):
            parts = urlsplit(settings[name])
            if settings[name] and (parts.scheme not in ("http", "https") or not parts.hostname):
                raise StoreError(f'"{name}" must be a URL that begins with https:// or http://.')
        return HttpStore(settings)


BACKEND = HttpBackend()
