"""Drives a double that runs in another process, through its control plane."""

from __future__ import annotations

import contextlib
import http.client
import json
import ssl
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from types import TracebackType

    from vbrprov_veeam.doubles.vbr.json_types import Json, JsonValue

_STOP_SECONDS = 10.0


class RemoteDouble:
    """A double in another process.

    Attributes:
        url: Base URL.
        fingerprint: SHA-256 of the certificate.
        certificate: The certificate as PEM.
        username: Accepted user name.
        password: Accepted password.
    """

    def __init__(self, facts: Json, process: subprocess.Popen[str] | None = None) -> None:
        """Use the line of facts that the process printed."""
        self.url: str = facts["url"]
        self.fingerprint: str = facts["fingerprint"]
        self.certificate: str = facts["certificate"]
        self.username: str = facts["username"]
        self.password: str = facts["password"]
        self._process = process
        self._lock = threading.Lock()
        self._connection: http.client.HTTPSConnection | None = None

    @classmethod
    def spawn(cls, *arguments: str) -> Self:
        """Start a process with the given command line options and wait until it listens.

        Raises:
            RuntimeError: It ended at once.
        """
        process = subprocess.Popen(  # noqa: S603  # our own module
            [
                sys.executable,
                "-m",
                "vbrprov_veeam.doubles.vbr",
                "--port",
                "0",
                "--until-stdin-closes",
                *arguments,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            process.wait(_STOP_SECONDS)
            raise RuntimeError(f"the double ended at once with status {process.returncode}")
        return cls(json.loads(line), process)

    def stop(self) -> None:
        """End the process, if it is ours."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is None:
            return
        process, self._process = self._process, None
        process.terminate()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> Self:
        """Do nothing: it runs already."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    # What happened.

    def ledger(self) -> list[Json]:
        """Return every write, refused ones too, oldest first."""
        return list(self._ask("GET", "ledger"))

    def writes(self) -> list[Json]:
        """Return every write that succeeded, oldest first."""
        return [entry for entry in self.ledger() if entry["status"] < 300]

    def reads(self) -> list[Json]:
        """Return the last reads."""
        return list(self._ask("GET", "reads"))

    def violations(self) -> list[Json]:
        """Return breaches of the document, by requests and by the double itself."""
        return list(self._ask("GET", "violations"))

    def stats(self) -> dict[str, int]:
        """Return counts of logins, refreshes, reads, writes."""
        return dict(self._ask("GET", "stats"))

    def objects(self, collection: str) -> list[Json]:
        """Return the stored objects of one collection."""
        return list(self._ask("GET", "objects").get(collection, []))

    def secrets(self, collection: str) -> list[Json]:
        """Return what objects of one collection were given and the server never tells."""
        return list(self._ask("GET", "secrets").get(collection, []))

    # What is to happen.

    def fault(
        self,
        action: str,
        *,
        method: str = "",
        path: str = "",
        times: int = 1,
        **options: JsonValue,
    ) -> None:
        """Switch a fault on; see the module ``faults`` for actions and options."""
        match = {"method": method, "path_regex": path}
        self._ask("POST", "faults", {"action": action, "match": match, "times": times, **options})

    def clear_faults(self) -> None:
        """Switch all faults off."""
        self._ask("DELETE", "faults")

    def edit(self, collection: str, object_id: str, patch: Json) -> Json:
        """Change an object as somebody at the console would; *patch* is a merge patch."""
        body = {"collection": collection, "id": object_id, "patch": patch}
        return dict(self._ask("POST", "edit", body))

    def remove(self, collection: str, object_id: str) -> None:
        """Delete an object as somebody at the console would."""
        body = {"collection": collection, "id": object_id, "delete": True}
        self._ask("POST", "edit", body)

    def seed(self, collection: str, stored: Json, secrets: Json | None = None) -> Json:
        """Put an object there as it is."""
        body = {"collection": collection, "object": stored, "secrets": secrets or {}}
        return dict(self._ask("POST", "seed", body))

    def settle(self) -> None:
        """End all running sessions now."""
        self._ask("POST", "settle")

    def expire_tokens(self, *, refresh: bool = False) -> None:
        """Let all access tokens expire now, and the refresh tokens too if asked."""
        self._ask("POST", "expire_tokens", {"refresh": refresh})

    def reset(self) -> None:
        """Forget everything."""
        self._ask("POST", "reset")

    def _ask(self, method: str, name: str, body: JsonValue = None) -> JsonValue:
        with self._lock:
            if self._connection is None:
                context = ssl.create_default_context(cadata=self.certificate)
                authority = urlsplit(self.url).netloc
                self._connection = http.client.HTTPSConnection(authority, context=context)
            raw = None if body is None else json.dumps(body)
            try:
                self._connection.request(method, f"/_double/{name}", raw)
                response = self._connection.getresponse()
                answer = json.loads(response.read())
            except (OSError, http.client.HTTPException):
                self._connection.close()
                self._connection = None
                raise
        if response.status != 200:
            raise ValueError(f"{method} /_double/{name}: {answer}")
        return answer
