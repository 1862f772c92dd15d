"""Calls of the ledger cloud, each on a connection of its own."""

from __future__ import annotations

import http.client
import json
import os
from typing import Any
from urllib.parse import urlsplit

from vbrprov.sdk import ErrorClass, ProviderError

_KINDS = {403: ErrorClass.DENIED, 404: ErrorClass.NOT_FOUND, 409: ErrorClass.EXISTS,
          429: ErrorClass.THROTTLED}


class Cloud:
    """One world of the cloud."""

    def __init__(self, endpoint: str, world: str, password: str) -> None:
        self._where = urlsplit(endpoint).netloc
        self._world = world
        self._password = password

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One request.

        Raises:
            ProviderError: It was refused, or nobody knows whether it was done.
        """
        connection = http.client.HTTPConnection(
            self._where, timeout=float(os.environ.get("LEDGER_TIMEOUT", "60")))
        try:
            try:
                connection.connect()
            except OSError as error:
                raise ProviderError(
                    ErrorClass.UNREACHABLE, "Cloud cannot be reached",
                    f"Nothing answers at {self._where}: {error}.") from error
            try:
                connection.request(
                    method, f"/w/{self._world}/{path}",
                    body=None if body is None else json.dumps(body).encode(),
                    headers={"X-Process": str(os.getpid()), "X-Password": self._password})
                answer = connection.getresponse()
                status, data = answer.status, json.loads(answer.read())
            except (OSError, http.client.HTTPException) as error:
                raise ProviderError(
                    ErrorClass.LOST, "No answer", f"{method} {path} was sent and no answer "
                    f"came: {type(error).__name__}.") from error
        finally:
            connection.close()
        if status >= 500:
            # The work may have been done before the fault.
            raise ProviderError(ErrorClass.LOST, "Fault of the cloud", f"{path}: {data['error']}.")
        if status >= 400:
            raise ProviderError(_KINDS.get(status, ErrorClass.INVALID), "Refused by the cloud",
                                f"{path}: {data['error']}.")
        return data

    def find(self, path: str) -> dict[str, Any] | None:
        """One object, or ``None``."""
        try:
            found: dict[str, Any] = self.call("GET", path)
        except ProviderError as error:
            if error.kind is ErrorClass.NOT_FOUND:
                return None
            raise
        return found

    def delete(self, path: str) -> None:
        """Delete, though it may be gone."""
        try:
            self.call("DELETE", path)
        except ProviderError as error:
            if error.kind is not ErrorClass.NOT_FOUND:
                raise
