"""A small client of IBM Cloud's REST services on urllib3, with an IAM token that renews itself.

Source: https://cloud.ibm.com/apidocs/iam-identity-token-api
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_ibm.errors import refusal

CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 60.0
#: Seconds before its end at which a token is renewed.
RENEW_SECONDS: Final = 300.0
_GRANT: Final = "urn:ibm:params:oauth:grant-type:apikey"

#: Services: name for people, URL.
IAM: Final = "iam"
CONTROLLER: Final = "resource_controller"
CONFIGURATION: Final = "resource_configuration"
TITLES: Final = {IAM: "IBM Cloud IAM", CONTROLLER: "IBM Cloud Resource Controller",
                 CONFIGURATION: "IBM Cloud Object Storage configuration"}
ENDPOINTS: Final = {
    IAM: "https://iam.cloud.ibm.com",
    CONTROLLER: "https://resource-controller.cloud.ibm.com",
    CONFIGURATION: "https://config.cloud-object-storage.cloud.ibm.com",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: JSON data (``None`` for none) and its entity tag."""

    data: Any
    etag: str | None


class Rest:
    """Calls of all three services, for one API key."""

    def __init__(self, api_key: str | None, endpoints: Mapping[str, str], retries: int,
                 learn_secret: Any) -> None:
        import urllib3

        self._api_key = api_key
        self._endpoints = {**ENDPOINTS, **endpoints}
        self._retries = retries
        self._learn = learn_secret
        self._lock = threading.Lock()
        self._token, self._ends = "", 0.0
        self._account: str | None = None
        self.pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS))

    def close(self) -> None:
        """Close all connections."""
        self.pool.clear()

    def token(self) -> str:
        """A token that is good for at least a few minutes.

        Raises:
            ProviderError: There is no API key, or IAM refuses it.
        """
        if not self._api_key:
            raise ProviderError(
                ErrorClass.DENIED, "No credentials",
                "This needs an API key of IBM Cloud. Set ibmcloud_api_key on the provider ibm, or "
                "IC_API_KEY.", attribute="ibmcloud_api_key")
        with self._lock:
            if time.time() > self._ends - RENEW_SECONDS:
                form = urlencode({"grant_type": _GRANT, "apikey": self._api_key}).encode()
                answer = self._exchange(
                    IAM, "POST", "/identity/token", "the API key", form,
                    {"Content-Type": "application/x-www-form-urlencoded"}, reading=True)
                self._token = str(answer.data["access_token"])
                self._learn(self._token)
                self._ends = time.time() + float(answer.data.get("expires_in", 3600))
            return self._token

    def account(self) -> str:
        """The account that the API key belongs to."""
        if self._account is None:
            answer = self.call(IAM, "GET", "/v1/apikeys/details", "the API key",
                               headers={"IAM-Apikey": self._api_key or ""})
            self._account = str(answer.data["account_id"])
        return self._account

    def call(self, service: str, method: str, path: str, subject: str, body: Any = None, *,
             query: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None,
             ) -> Answer:
        """One call.

        Raises:
            ProviderError: Refused, or lost on the way; ``LOST`` when a change may have been made.
        """
        sent = {"Authorization": f"Bearer {self.token()}", "Accept": "application/json",
                **(headers or {})}
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        if query:
            path += "?" + urlencode(sorted(query.items()), quote_via=quote)
        return self._exchange(service, method, path, subject, content, sent,
                              reading=method == "GET")

    def _exchange(self, service: str, method: str, path: str, subject: str, body: bytes | None,
                  headers: Mapping[str, str], *, reading: bool) -> Answer:
        import urllib3

        title, what = TITLES[service], f"{method} {path.partition('?')[0]}"
        retry = urllib3.Retry(
            self._retries if reading else 0, backoff_factor=0.3, allowed_methods=None,
            status_forcelist=(429, 502, 503, 504), raise_on_status=False)
        try:
            answer = self.pool.request(
                method, self._endpoints[service].rstrip("/") + path, body=body,
                headers=dict(headers), retries=retry)
        except urllib3.exceptions.HTTPError as error:
            raise _lost(title, what, subject, error, reading=reading) from error
        if answer.status >= 300:
            raise refusal(title, what, subject, answer.status, answer.data, reading=reading)
        try:
            data = json.loads(answer.data) if answer.data else None
        except ValueError as error:
            raise ProviderError(ErrorClass.FAILED, "Answer not understood",
                                f"{title} answered {what} with something that is no JSON."
                                ) from error
        return Answer(data, answer.headers.get("ETag"))


def _lost(title: str, what: str, subject: str, error: Exception, *,
          reading: bool) -> ProviderError:
    from urllib3 import exceptions

    cause = getattr(error, "reason", None) or error
    unsent = isinstance(cause, (exceptions.NewConnectionError, exceptions.ConnectTimeoutError,
                                exceptions.SSLError))
    said = f"{what} for {subject} failed with {type(cause).__name__}"
    if unsent or reading:
        return ProviderError(ErrorClass.UNREACHABLE, "Service not reachable",
                             f"{title} could not be reached: {said}.",
                             hint="Check the network, the proxy and the endpoint.")
    return ProviderError(ErrorClass.LOST, "Answer lost",
                         f"{said} after it was sent to {title}. The change may have been made all "
                         "the same.")


def or_none(read: Any) -> Any:
    """What *read* gives, or ``None`` when the service says that there is no such thing."""
    try:
        return read()
    except ProviderError as error:
        if error.kind is ErrorClass.NOT_FOUND:
            return None
        raise


def encoded(identifier: str) -> str:
    """An id, such as a CRN, as a part of a path."""
    return quote(identifier, safe="")
