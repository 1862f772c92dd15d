"""A thin client for Azure Resource Manager: what the storage library does not cover.

Resource groups, roles, locks and identities are a handful of calls each; their libraries are
three generations of code that cost more to import and to keep up with than they give.
https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/async-operations
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from vbrprov.sdk import ErrorClass, ProviderError, StepContext
from vbrprov_azure.errors import Operation, invoke, refusal
from vbrprov_azure.loading import load

Json = dict[str, Any]

#: Versions of the APIs, as the named libraries send them.
RESOURCES: Final = "2025-04-01"          # azure-mgmt-resource 26.0.0
AUTHORIZATION: Final = "2022-04-01"      # azure-mgmt-authorization 4.0.0
LOCKS: Final = "2020-05-01"              # azure-mgmt-resource-locks
IDENTITIES: Final = "2023-01-31"         # azure-mgmt-msi 7.0.0
SUBSCRIPTIONS: Final = "2022-12-01"      # azure-mgmt-resource-subscriptions


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; header names in lower case."""

    status: int
    body: Json
    headers: Mapping[str, str] = field(default_factory=dict)


class Arm:
    """Sends requests through an azure-core pipeline, which logs in and repeats what may be."""

    def __init__(self, pipeline: Any, endpoint: str, poll_seconds: float) -> None:
        self._pipeline = pipeline
        self._endpoint = endpoint.rstrip("/")
        self._poll_seconds = poll_seconds

    def call(self, operation: Operation, method: str, path: str, version: str,
             body: Mapping[str, Any] | None = None, **query: str) -> Reply:
        """One request; *path* begins with a slash.

        Raises:
            ProviderError: Azure refused it, or was not reached.
        """
        return self._send(operation, method, self._endpoint + path,
                          {"api-version": version, **query}, body)

    def get(self, operation: Operation, path: str, version: str, **query: str) -> Json:
        """Read one object."""
        return self.call(operation, "GET", path, version, None, **query).body

    def pages(self, operation: Operation, path: str, version: str, **query: str) -> Iterator[Json]:
        """All objects of a list."""
        reply = self.call(operation, "GET", path, version, None, **query)
        while True:
            yield from reply.body.get("value", [])
            following = reply.body.get("nextLink")
            if not following:
                return
            reply = self._send(operation, "GET", self._own(operation, following), {}, None)

    def finish(self, operation: Operation, reply: Reply, ctx: StepContext) -> None:
        """Wait until the operation that *reply* accepted has ended.

        Raises:
            ProviderError: It failed, or took longer than the step may.
        """
        deadline = time.monotonic() + ctx.timeout
        watch = Operation(operation.name, operation.about, operation.permission)
        while reply.status == 202 or _status(reply) == "inprogress":
            url = reply.headers.get("azure-asyncoperation") or reply.headers.get("location")
            if not url and reply.status == 202:
                return
            if time.monotonic() > deadline or ctx.stop.is_set():
                raise ProviderError(
                    ErrorClass.LOST, "Still under way",
                    f"{operation.name} for {operation.about} was accepted and has not ended yet.")
            ctx.sleep(_wait(reply, self._poll_seconds))
            after = self._send(Operation(watch.name, watch.about, watch.permission, reads=True),
                               "GET", self._own(watch, url or ""), {}, None)
            # Not every answer on the way repeats where to look.
            reply = Reply(after.status, after.body, {**reply.headers, **after.headers})
        if _status(reply) in ("failed", "canceled"):
            error = reply.body.get("error") or {}
            raise refusal(watch, reply.status, str(error.get("code", "Failed")),
                          str(error.get("message", "The operation failed.")))

    def close(self) -> None:
        """Close all connections."""
        self._pipeline.close()

    def _own(self, operation: Operation, url: str) -> str:
        # A token goes with every request: it must never follow a link to elsewhere.
        if urlsplit(url)[:2] != urlsplit(self._endpoint)[:2]:
            raise ProviderError(
                ErrorClass.FAILED, "Unexpected answer",
                f"The answer to {operation.name} for {operation.about} leads to "
                f"{urlsplit(url).netloc}, which is not {urlsplit(self._endpoint).netloc}.")
        return url

    def _send(self, operation: Operation, method: str, url: str, query: Mapping[str, str],
              body: Mapping[str, Any] | None) -> Reply:
        load()
        from azure.core.rest import HttpRequest

        extra: dict[str, Any] = {} if body is None else {"json": dict(body)}
        request = HttpRequest(method, url, params=dict(query), **extra)
        response = invoke(operation, lambda: self._pipeline.send_request(request))
        headers = {name.lower(): value for name, value in response.headers.items()}
        data = _body(response.text())
        if response.status_code >= 400:
            inner = data.get("error")
            said = inner if isinstance(inner, dict) else data
            raise refusal(operation, response.status_code, str(said.get("code", "") or ""),
                          str(said.get("message", "") or ""))
        return Reply(response.status_code, data, headers)


def _body(text: str) -> Json:
    if not text:
        return {}
    try:
        data = json.loads(text)
    except ValueError:
        return {"message": text}
    return data if isinstance(data, dict) else {"value": data}


def _status(reply: Reply) -> str:
    status = reply.body.get("status")
    return status.lower() if isinstance(status, str) else ""


def _wait(reply: Reply, default: float) -> float:
    try:
        return max(float(reply.headers.get("retry-after", default)), default)
    except ValueError:
        return default
