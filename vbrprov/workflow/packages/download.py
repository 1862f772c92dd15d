"""Archives over http."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from vbrprov.workflow.packages.tree import CHUNK, MAX_ARCHIVE, PackageError, archive_too_large

if TYPE_CHECKING:
    import urllib3

_REDIRECTS = 5
_CONNECT_SECONDS = 20.0
_READ_SECONDS = 60.0


def download(url: str, target: Path, *, use_netrc: bool = True) -> None:
    """Fetch *url* into a new file. User and password of the URL are sent as basic authentication.

    Without them those of the user's .netrc are, unless *use_netrc* is false.

    Raises:
        PackageError: It cannot be had, or is too large. The text names no credentials.
        OSError: The file cannot be written.
    """
    import urllib3

    retries = urllib3.Retry(total=3, redirect=False, status_forcelist=(429, 502, 503, 504),
                            backoff_factor=0.5, raise_on_status=False)
    timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
    try:
        for _ in range(_REDIRECTS + 1):
            plain, headers = _authorised(url, use_netrc=use_netrc)
            with _pool(plain) as pool:
                answer = pool.request("GET", plain, headers=headers, retries=retries,
                                      timeout=timeout, redirect=False, preload_content=False,
                                      decode_content=False)
                following = answer.get_redirect_location()
                if not following:
                    _save(answer, target)
                    return
                url = _redirected(url, following)
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        # ValueError: a URL that is none, such as one with half of an IPv6 address.
        raise PackageError(f"It cannot be fetched: {_reason(error)}.") from None
    raise PackageError(f"It cannot be fetched: more than {_REDIRECTS} redirections.")


def _authorised(url: str, *, use_netrc: bool = False) -> tuple[str, dict[str, str]]:
    import urllib3

    parts = urlsplit(url)
    headers = {"User-Agent": "vbrprov"}
    user, at, host = parts.netloc.rpartition("@")
    login, _, password = user.partition(":")
    if not at and use_netrc and (known := _from_netrc(parts.hostname or "")):
        login, password = known
    if login or password:
        headers |= urllib3.make_headers(basic_auth=f"{unquote(login)}:{unquote(password)}")
    return urlunsplit(parts._replace(netloc=host, fragment="")), headers


def _from_netrc(host: str) -> tuple[str, str] | None:
    """The login of a host in the user's .netrc."""
    import netrc

    path = os.environ.get("NETRC") or str(Path.home() / ".netrc")
    try:
        found = netrc.netrc(path).authenticators(host)
    except (OSError, netrc.NetrcParseError):
        return None
    return (found[0], found[2] or "") if found else None


def _pool(url: str) -> urllib3.PoolManager:
    import urllib.request

    import urllib3

    parts = urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(parts.hostname or ""):
        return urllib3.ProxyManager(proxy)
    return urllib3.PoolManager()


def _redirected(url: str, following: str) -> str:
    old = urlsplit(url)
    made = urlsplit(urljoin(_authorised(url)[0], following))
    if made.scheme not in ("http", "https") or (old.scheme == "https" and made.scheme != "https"):
        raise PackageError("It cannot be fetched: the server redirects to something less safe "
                           f"than {old.scheme}.")
    user, at, host = old.netloc.rpartition("@")
    if at and (made.scheme, made.netloc) == (old.scheme, host):
        # Only the server that the credentials are meant for gets them again.
        made = made._replace(netloc=f"{user}@{host}")
    return urlunsplit(made)


def _save(answer: urllib3.BaseHTTPResponse, target: Path) -> None:
    if answer.status != 200:
        raise PackageError(f"It cannot be fetched: the server answers {answer.status} "
                           f"{answer.reason or ''}".rstrip() + ".")
    total = 0
    with target.open("xb") as out:
        for chunk in answer.stream(CHUNK):
            total += len(chunk)
            if total > MAX_ARCHIVE:
                raise archive_too_large()
            out.write(chunk)


def _reason(error: Exception) -> str:
    import urllib3

    inner = getattr(error, "reason", None)
    if isinstance(error, urllib3.exceptions.MaxRetryError) and inner is not None:
        error = inner
    text = str(error)
    # urllib3 begins with the object that failed, in its Python form.
    return text.partition(">: ")[2] or text
