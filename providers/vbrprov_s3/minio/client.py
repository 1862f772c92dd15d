"""A small client of MinIO's admin API (version 3) on urllib3, signed as requests for S3 are.

Source: https://github.com/minio/minio/blob/master/cmd/admin-router.go
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from vbrprov.sdk import ErrorClass, ProviderError
from vbrprov_s3.codes import BAD_CREDENTIALS, COMMON_CODES
from vbrprov_s3.errors import Cause, ServiceError
from vbrprov_s3.minio.sealing import SealError, seal, unseal

PREFIX: Final = "/minio/admin/v3/"
CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 60.0

#: Error codes of the admin API. Source:
#: https://github.com/minio/minio/blob/master/cmd/api-errors.go
CODES: Final[Mapping[str, ErrorClass]] = {
    **COMMON_CODES,
    "XMinioAdminNoSuchUser": ErrorClass.NOT_FOUND,
    "XMinioAdminNoSuchPolicy": ErrorClass.NOT_FOUND,
    "XMinioAdminNoSuchAccessKey": ErrorClass.NOT_FOUND,
    "XMinioServerNotInitialized": ErrorClass.THROTTLED,
}
ALREADY: Final = "XMinioAdminPolicyChangeAlreadyApplied"
_NO_ACCOUNT: Final = "XMinioInvalidIAMCredentials"


class MinioAdmin:
    """Calls of the admin API. Bodies that the API wants sealed are sealed with the secret key."""

    def __init__(self, endpoint: str, access_key: str, secret_key: str, *, region: str,
                 ca_bundle: str | None = None, insecure: bool = False, retries: int = 3) -> None:
        import urllib3
        from botocore.auth import S3SigV4Auth
        from botocore.credentials import Credentials

        self._endpoint = endpoint.rstrip("/")
        self._secret = secret_key
        self._auth = S3SigV4Auth(Credentials(access_key, secret_key), "s3", region)
        self._retries = retries
        options: dict[str, Any] = (
            {"cert_reqs": "CERT_NONE"} if insecure else {"ca_certs": ca_bundle})
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS), **options)

    def close(self) -> None:
        """Close all connections."""
        self._pool.clear()

    def get(self, command: str, subject: str, *, sealed: bool = False, **query: str) -> Any:
        """What a reading call answers, as JSON data."""
        return self._data(self._call("GET", command, subject, query, b""), sealed, subject)

    def change(self, method: str, command: str, subject: str, body: Any = None, *,
               seal_body: bool = True, sealed: bool = False, **query: str) -> Any:
        """What a changing call answers; ``None`` when it says nothing."""
        content = b"" if body is None else json.dumps(body).encode()
        if content and seal_body:
            content = seal(content, self._secret)
        answer = self._call(method, command, subject, query, content)
        return self._data(answer, sealed, subject) if answer else None

    def _call(self, method: str, command: str, subject: str, query: Mapping[str, str],
              body: bytes) -> bytes:
        import urllib3
        from botocore.awsrequest import AWSRequest

        url = f"{self._endpoint}{PREFIX}{command}"
        if query:
            url += "?" + urlencode(sorted(query.items()), quote_via=quote)
        request = AWSRequest(method, url, {"Content-Type": "application/octet-stream"}, body)
        self._auth.add_auth(request)
        # Only what changes nothing is repeated by itself.
        retry = urllib3.Retry(self._retries if method == "GET" else 0, backoff_factor=0.2,
                              status_forcelist=(502, 503, 504), raise_on_status=False)
        reading = method == "GET"
        try:
            answer = self._pool.request(method, url, body=body, headers=dict(request.headers),
                                        retries=retry)
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError,
                urllib3.exceptions.MaxRetryError, urllib3.exceptions.SSLError) as error:
            unsent = reading or _never_sent(error)
            raise _lost(command, subject, error, unsent=unsent) from error
        except urllib3.exceptions.HTTPError as error:
            raise _lost(command, subject, error, unsent=reading) from error
        if answer.status in (200, 201, 204, 206):
            return bytes(answer.data)
        raise _refusal(command, subject, answer.status, answer.data, reading)

    def _data(self, answer: bytes, sealed: bool, subject: str) -> Any:
        try:
            return json.loads(unseal(answer, self._secret) if sealed else answer)
        except (SealError, ValueError) as error:
            raise ProviderError(
                ErrorClass.FAILED, "Answer not understood",
                f"MinIO's answer about {subject} is not what its admin API sends: {error}."
            ) from error


def _never_sent(error: Exception) -> bool:
    from urllib3 import exceptions

    reason = getattr(error, "reason", None) or error
    return isinstance(reason, (exceptions.NewConnectionError, exceptions.ConnectTimeoutError,
                               exceptions.SSLError))


def _lost(command: str, subject: str, error: Exception, *, unsent: bool) -> ProviderError:
    said = f"{command} for {subject} failed with {type(error).__name__}"
    if unsent:
        return ProviderError(ErrorClass.UNREACHABLE, "Service not reachable",
                             f"MinIO's admin API could not be reached: {said}.",
                             hint="Check the network and endpoints.admin.")
    return ProviderError(ErrorClass.LOST, "Answer lost",
                         f"{said} after it was sent. The change may have been made all the same.")


def _refusal(command: str, subject: str, status: int, body: bytes, reading: bool) -> ProviderError:
    try:
        told = json.loads(body)
        code, text = str(told.get("Code", "")), str(told.get("Message", ""))
    except (ValueError, AttributeError):
        code, text = "", ""
    kind = CODES.get(code)
    if code == _NO_ACCOUNT:
        kind = ErrorClass.NOT_FOUND if status == 404 else ErrorClass.INVALID
    if kind is None:
        if status in (401, 403):
            kind = ErrorClass.DENIED
        elif status == 404 and not code:
            kind = ErrorClass.UNSUPPORTED
        elif status >= 500:
            kind = ErrorClass.FAILED if reading else ErrorClass.LOST
        else:
            kind = ErrorClass.INVALID
    said = f'MinIO answered {command} for {subject} with "{code or status}": {text or "no reason"}'
    hint = ""
    if code in BAD_CREDENTIALS:
        hint = "Check the access key and the secret key of the provider."
    elif kind is ErrorClass.DENIED:
        hint = "The identity of the provider needs the admin actions of MinIO, such as admin:*."
    elif kind is ErrorClass.UNSUPPORTED:
        hint = "Check endpoints.admin: the address does not answer as MinIO's admin API."
    return ServiceError(kind, _SUMMARIES.get(kind, "Request refused"), said.rstrip(".") + ".",
                        Cause(code, status, text), hint=hint)


_SUMMARIES: Final = {
    ErrorClass.NOT_FOUND: "Object not found", ErrorClass.DENIED: "Access denied",
    ErrorClass.FAILED: "Service failed", ErrorClass.LOST: "Answer lost",
    ErrorClass.THROTTLED: "Too many requests",
    ErrorClass.UNSUPPORTED: "Not supported by this store",
}
