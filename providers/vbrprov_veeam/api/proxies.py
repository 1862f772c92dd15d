"""HTTP proxies on the way to a server."""

from __future__ import annotations

import base64
import ipaddress
import ssl
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    import socket

NONE = "none"


@dataclass(frozen=True, slots=True)
class Proxy:
    """One proxy: its URL without a user, and the header that names the user."""

    url: str
    headers: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        """Leave the user out."""
        return f"Proxy({self.url!r})"


def proxy_for(host: str, given: str | None) -> Proxy | None:
    """The proxy to use for *host*.

    Args:
        host: Host that is to be reached.
        given: URL of the proxy, ``none`` for none, or None for what the environment says
            (``HTTPS_PROXY``, ``NO_PROXY``).

    Raises:
        ValueError: It is no URL of an HTTP proxy. The message does not show it: it may hold a
            password.
    """
    if given == NONE:
        return None
    if not given:
        found = urllib.request.getproxies_environment()
        given = found.get("https") or found.get("all")
        if _is_loopback(host):
            return None  # as other programs do; no proxy reaches this machine
        bypass = urllib.request.proxy_bypass_environment  # type: ignore[attr-defined]  # there
        if not given or bypass(host, found):
            return None
    parts = urlsplit(given if "://" in given else f"http://{given}")
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme != "http" or not parts.hostname or port == -1:
        raise ValueError("a proxy is given as http://host:port, or as http://user:password@...")
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    headers: tuple[tuple[str, str], ...] = ()
    if parts.username is not None:
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        coded = base64.b64encode(user.encode()).decode()
        headers = (("proxy-authorization", f"Basic {coded}"),)
    return Proxy(f"http://{name}:{port or 80}", headers)


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def tunnel(proxy: Proxy, raw: socket.socket, host: str, port: int) -> None:
    """Ask *proxy*, to which *raw* is connected, for a way to a host.

    Raises:
        OSError: It refuses.
    """
    name = f"[{host}]" if ":" in host else host
    lines = [f"CONNECT {name}:{port} HTTP/1.1", f"Host: {name}:{port}",
             *(f"{key}: {value}" for key, value in proxy.headers), "", ""]
    raw.sendall("\r\n".join(lines).encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        part = raw.recv(1)
        if not part or len(answer) > 65536:
            raise ssl.SSLError("the proxy ended the connection")
        answer += part
    if answer.split(b" ", 2)[1:2] != [b"200"]:
        raise ConnectionRefusedError("the proxy refuses the connection")
