"""One HTTPS connection pool to one backup server, and the meaning of its failures."""

from __future__ import annotations

import hashlib
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.util import parse_url

from vbrprov_veeam.api.errors import VbrLostAnswer, VbrTlsError, VbrUnreachable
from vbrprov_veeam.api.pauses import seconds_of
from vbrprov_veeam.api.proxies import Proxy, proxy_for, tunnel
from vbrprov_veeam.api.slots import slots_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DEFAULT_PORT = 9419
_CONNECT_SECONDS = 15.0
_READABLE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came: status, body, and the seconds after which to come again."""

    status: int
    data: bytes
    retry_after: float | None = None


class _ConnectFailed(HTTPError):  # noqa: N818  # reads as what happened
    """The connection was not made, so no request can have reached the server."""


class _Connection(HTTPSConnection):
    """Tells a failure to connect apart from one after a request was sent.

    Both surface as the same exceptions in urllib3 (an end of file in TLS, for one), yet only the
    second leaves it open whether a write happened.
    """

    def connect(self) -> None:
        """Connect, and mark every failure.

        Raises:
            _ConnectFailed: No connection; the cause says why.
        """
        try:
            super().connect()
        except (HTTPError, OSError) as error:
            raise _ConnectFailed(str(error)) from error


class _Pool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Connection


class Transport:
    """Sends requests; never repeats one."""

    def __init__(
        self,
        base_url: str,
        *,
        fingerprint: str | None = None,
        ca_file: str | None = None,
        timeout: float = 60.0,
        max_connections: int = 8,
        proxy: str | None = None,
    ) -> None:
        """Prepare the pool; nothing is sent yet.

        Args:
            base_url: ``https://host[:port]``; the port defaults to 9419.
            fingerprint: SHA-256 of the only certificate to accept, with or without colons. It
                replaces the check against certificate authorities.
            ca_file: File of certificate authorities to trust instead of the system's.
            timeout: Seconds to wait for an answer.
            max_connections: How many calls may run at a time, those of other transports to the
                same server included.
            proxy: See `proxy_for`.

        Raises:
            ValueError: The URL is no HTTPS URL, the fingerprint is no SHA-256, or the proxy is
                none.
        """
        parts = urlsplit(base_url if "://" in base_url else f"https://{base_url}")
        if parts.scheme != "https" or not parts.hostname:
            raise ValueError(f"not an https:// address of a backup server: {base_url!r}")
        self.host = parts.hostname
        self.port = parts.port or DEFAULT_PORT
        self._prefix = parts.path.rstrip("/")
        self._timeout = timeout
        pinned = None if fingerprint is None else _normal_fingerprint(fingerprint)
        if pinned is None:
            context = ssl.create_default_context(cafile=ca_file)
        else:
            context = _unverified_context()
        self._slots = slots_of(f"{self.host}:{self.port}", max_connections)
        self._proxy = proxy_for(self.host, proxy)
        self._pool = _pool(
            self.host,
            self.port,
            self._proxy,
            maxsize=max_connections,
            block=True,
            timeout=urllib3.Timeout(connect=min(timeout, _CONNECT_SECONDS), read=timeout),
            retries=False,
            ssl_context=context,
            cert_reqs="CERT_REQUIRED" if pinned is None else "CERT_NONE",
            assert_fingerprint=pinned,
        )

    @property
    def authority(self) -> str:
        """``host:port`` for messages."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def send(
        self, method: str, target: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """Send one request and read its answer.

        Raises:
            VbrUnreachable: No connection, or a read that was not answered.
            VbrTlsError: The certificate is not accepted.
            VbrLostAnswer: A write was sent and the answer did not come.
        """
        try:
            with self._slots.taken():
                response = self._pool.urlopen(
                    method,
                    self._prefix + target,
                    body=body,
                    headers=headers,
                    redirect=False,
                    preload_content=True,
                )
        except _ConnectFailed as error:
            raise self._connect_error(error.__cause__ or error) from error
        except HTTPError as error:
            raise self._answer_error(method, target, error) from error
        return Answer(
            response.status, response.data, seconds_of(response.headers.get("Retry-After")))

    def status(self, target: str, *, headers: Mapping[str, str]) -> int:
        """Return the status of a GET of *target*, without reading what may be megabytes.

        Raises:
            VbrUnreachable: No connection or no answer.
            VbrTlsError: The certificate is not accepted.
        """
        try:
            response = self._pool.urlopen(
                "GET", self._prefix + target, headers=headers, redirect=False, preload_content=False
            )
        except _ConnectFailed as error:
            raise self._connect_error(error.__cause__ or error) from error
        except HTTPError as error:
            raise self._answer_error("GET", target, error) from error
        try:
            if int(response.headers.get("Content-Length") or _READABLE_BYTES + 1) > _READABLE_BYTES:
                response.close()
            else:
                response.read()  # so that the connection can be used again
        except HTTPError as error:
            raise self._answer_error("GET", target, error) from error
        finally:
            response.release_conn()
        return response.status

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def _connect_error(self, cause: BaseException) -> VbrTlsError | VbrUnreachable:
        reason = _certificate_problem(cause)
        if reason is not None:
            presented = presented_fingerprint(
                self.host, self.port, timeout=_CONNECT_SECONDS, proxy=self._proxy)
            shown = _colons(presented) if presented else "unknown"
            return VbrTlsError(
                f"The certificate of {self.authority} is not accepted: {reason}. "
                f"The server presented the SHA-256 fingerprint\n\n    {shown}\n\n"
                "Compare it with the one that the backup server's console shows. If they are the "
                "same, set it as `fingerprint`; if the server's certificate comes from your own "
                "certificate authority, set `ca_file`.",
                presented,
            )
        if self._proxy is not None:
            return VbrUnreachable(
                f"No connection to {self.authority} through the proxy {self._proxy.url}: "
                f"{_innermost(cause)}. Check the proxy; to use none, set `proxy` to none, or "
                "name the server in NO_PROXY."
            )
        return VbrUnreachable(
            f"No connection to {self.authority}: {_innermost(cause)}. Check that the name "
            "resolves, that the 'Veeam Backup Server RESTful API Service' runs there, and that "
            f"this machine may reach port {self.port}."
        )

    def _answer_error(
        self, method: str, target: str, error: HTTPError
    ) -> VbrLostAnswer | VbrUnreachable:
        path = urlsplit(target).path
        if isinstance(error, ReadTimeoutError):
            reason = f"no answer within {self._timeout:g} s"
        else:
            reason = "the connection ended before the answer"
        if method == "GET":
            return VbrUnreachable(f"{method} {path} on {self.authority}: {reason}")
        return VbrLostAnswer(
            f"{method} {path} on {self.authority} was sent, and {reason}. The change may have "
            "been made.",
            method=method,
            path=path,
        )


def _unverified_context() -> ssl.SSLContext:
    # Not the default context: loading the system's authorities, of no use here, takes 20 ms.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _pool(host: str, port: int, proxy: Proxy | None, **options: Any) -> _Pool:
    if proxy is None:
        return _Pool(host, port, **options)
    return _Pool(host, port, _proxy=parse_url(proxy.url), _proxy_headers=dict(proxy.headers),
                 **options)


def presented_fingerprint(
    host: str, port: int, *, timeout: float, proxy: Proxy | None = None
) -> str | None:
    """Return the SHA-256 fingerprint of a server's certificate, trusted or not."""
    first = (host, port)
    if proxy is not None:
        parts = urlsplit(proxy.url)
        first = (parts.hostname or "", parts.port or 80)
    try:
        with socket.create_connection(first, timeout=timeout) as raw:
            if proxy is not None:
                tunnel(proxy, raw, host, port)
            with _unverified_context().wrap_socket(raw, server_hostname=host) as secured:
                certificate = secured.getpeercert(binary_form=True)
    except OSError:
        return None
    return None if certificate is None else hashlib.sha256(certificate).hexdigest()


def _normal_fingerprint(fingerprint: str) -> str:
    digits = fingerprint.replace(":", "").replace(" ", "").lower()
    if len(digits) != 64 or not all(c in "0123456789abcdef" for c in digits):
        raise ValueError(
            "a fingerprint is the SHA-256 of the certificate: 64 hexadecimal digits; the "
            "40 digits of a SHA-1 thumbprint are not enough"
        )
    return digits


def _colons(digits: str) -> str:
    pairs = [digits[i : i + 2].upper() for i in range(0, len(digits), 2)]
    return ":".join(pairs)


def _certificate_problem(error: BaseException) -> str | None:
    """Return what is wrong with the certificate, or None if that is not the problem."""
    for cause in _chain(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message or str(cause)
        if isinstance(cause, urllib3.exceptions.SSLError) and "ingerprint" in str(cause):
            return "it is not the one with the fingerprint that was set"
    return None


def _innermost(error: BaseException) -> str:
    """Return the text of the error that the others wrap."""
    *_, last = _chain(error)
    text = last.strerror if isinstance(last, OSError) and last.strerror else str(last)
    return text.rstrip(".")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
