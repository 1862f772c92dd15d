"""Busy servers, restarts, the limit of calls at a time, and proxies."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from vbrprov_veeam.api import VbrBusy, VbrClient, VbrServerError, VbrTlsError, VbrUnreachable
from vbrprov_veeam.api.pauses import seconds_of
from vbrprov_veeam.api.proxies import proxy_for
from vbrprov_veeam.doubles.vbr.remote import RemoteDouble
from vbrprov_veeam.doubles.vbr.samples import REPOSITORIES, Samples

Connect = Callable[..., VbrClient]


@pytest.mark.parametrize("status", [429, 503])
def test_a_read_waits_as_long_as_the_server_asks(
    status: int, double: RemoteDouble, connect: Connect,
) -> None:
    pauses: list[float] = []
    client = connect(double, sleep=pauses.append)
    client.get("serverTime")
    double.fault("status", path="serverInfo", times=3, status=status, retry_after="7")
    assert client.get("serverInfo")
    assert pauses == [7.0, 7.0, 7.0]


def test_a_server_that_stays_busy_is_given_up(double: RemoteDouble, connect: Connect) -> None:
    pauses: list[float] = []
    client = connect(double, sleep=pauses.append)
    client.get("serverTime")
    double.fault("status", path="serverInfo", times=-1, status=429, message="Too many")
    with pytest.raises(VbrBusy, match="Too many"):
        client.get("serverInfo")
    assert pauses[:4] == [1.0, 2.0, 4.0, 8.0]
    assert sum(pauses) <= 300


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_write_is_never_repeated_by_itself(
    method: str, double: RemoteDouble, connect: Connect, samples: Samples,
) -> None:
    pauses: list[float] = []
    client = connect(double, sleep=pauses.append)
    key = client.post("cloudCredentials", samples.amazon())
    double.fault("status", method=method, path="cloudCredentials", status=429, retry_after="2")
    write = {"POST": lambda: client.post("cloudCredentials", samples.amazon()),
             "PUT": lambda: client.put(f"cloudCredentials/{key['id']}", key)}[method]
    with pytest.raises(VbrBusy) as caught:
        write()
    assert caught.value.retry_after == 2.0
    assert pauses == []


def test_a_deletion_is_repeated(double: RemoteDouble, connect: Connect, samples: Samples) -> None:
    pauses: list[float] = []
    client = connect(double, sleep=pauses.append)
    key = client.post("cloudCredentials", samples.amazon())
    double.fault("status", method="DELETE", path="cloudCredentials", status=503, retry_after="2")
    client.delete(f"cloudCredentials/{key['id']}")
    assert pauses == [2.0]
    assert double.objects("cloudCredentials") == []


def test_a_busy_server_is_no_old_server(double2: RemoteDouble, connect: Connect) -> None:
    double2.fault("status", path="swagger/v1.3-rev2", times=-1, status=429)
    with pytest.raises(VbrServerError):
        connect(double2, sleep=lambda _: None).get("serverInfo")


def test_headers_hold_seconds_or_a_date() -> None:
    assert seconds_of(None) is None
    assert seconds_of("12") == 12.0
    assert seconds_of("soon") is None
    assert seconds_of("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    later = seconds_of(format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True))
    assert later is not None
    assert 3000 < later <= 3600


def test_a_restart_in_the_middle_is_survived(
    double: RemoteDouble, connect: Connect, samples: Samples,
) -> None:
    client = connect(double, sleep=lambda _: None)
    client.create_async(REPOSITORIES, samples.s3_compatible(), name="repo")
    double.fault("restart", path="serverInfo", busy=2)
    assert client.get("serverInfo")
    assert double.stats()["login"] >= 2


def test_a_slow_session_is_waited_for(
    double: RemoteDouble, connect: Connect, samples: Samples,
) -> None:
    client = connect(double)
    double.fault("session_slow", method="POST", path="/repositories$", polls=9)
    assert client.create_async(REPOSITORIES, samples.s3_compatible("slow"), name="slow")["id"]
    polls = [r for r in double.reads() if "/sessions/" in r["path"]]
    assert len(polls) == 10


def test_all_clients_of_a_server_share_its_limit(double: RemoteDouble, connect: Connect) -> None:
    clients = [connect(double, max_connections=limit) for limit in (8, 2)]
    for client in clients:
        client.get("serverTime")
    double.fault("delay", path="serverInfo", seconds=0.02, times=-1)
    with ThreadPoolExecutor(16) as pool:
        done = [pool.submit(clients[i % 2].get, "serverInfo") for i in range(24)]
        assert all(each.result() for each in done)
    # The control plane of the double does not count.
    assert double.stats()["most_at_once"] <= 2


class _Proxy:
    """An HTTP proxy that knows CONNECT only."""

    def __init__(self, refuse: bool = False) -> None:
        self.asked: list[str] = []
        self._refuse = refuse
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                inner, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._pass, args=(inner,), daemon=True).start()

    def _pass(self, inner: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += inner.recv(4096)
        self.asked.append(head.decode())
        if self._refuse:
            inner.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            inner.close()
            return
        host, _, port = head.split()[1].decode().rpartition(":")
        outer = socket.create_connection((host, int(port)))
        inner.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        threading.Thread(target=_pump, args=(outer, inner), daemon=True).start()
        _pump(inner, outer)

    def close(self) -> None:
        self._socket.close()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    finally:
        for end in (source, target):
            end.close()


@pytest.fixture
def proxy() -> Iterator[_Proxy]:
    made = _Proxy()
    yield made
    made.close()


def test_calls_go_through_a_proxy(double: RemoteDouble, connect: Connect, proxy: _Proxy) -> None:
    url = proxy.url.replace("//", "//me:s%40cret@")
    assert connect(double, proxy=url).get("serverInfo")
    assert proxy.asked[0].startswith("CONNECT 127.0.0.1:")
    coded = base64.b64encode(b"me:s@cret").decode()
    assert f"authorization: basic {coded}".casefold() in proxy.asked[0].casefold()


def test_a_wrong_fingerprint_is_shown_through_a_proxy(
    double: RemoteDouble, connect: Connect, proxy: _Proxy,
) -> None:
    with pytest.raises(VbrTlsError) as caught:
        connect(double, proxy=proxy.url, fingerprint="0" * 64).get("serverInfo")
    assert caught.value.fingerprint == double.fingerprint


def test_a_proxy_that_refuses_is_named(double: RemoteDouble, connect: Connect) -> None:
    refusing = _Proxy(refuse=True)
    with pytest.raises(VbrUnreachable, match=f"through the proxy {refusing.url}"):
        connect(double, proxy=refusing.url, sleep=lambda _: None).get("serverInfo")
    refusing.close()


def test_the_environment_names_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert proxy_for("vbr.example", None) is None
    monkeypatch.setenv("HTTPS_PROXY", "http://u:pw@proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "local.example")
    found = proxy_for("vbr.example", None)
    assert found is not None
    assert found.url == "http://proxy.example:3128"
    assert "pw" not in repr(found)
    for near in ("local.example", "localhost", "127.0.0.1", "::1"):
        assert proxy_for(near, None) is None
    assert proxy_for("vbr.example", "none") is None


@pytest.mark.parametrize("url", ["socks5://p:1080", "https://p", "http://p:port", "http://"])
def test_what_is_no_proxy_is_refused(url: str, connect: Connect, double: Any) -> None:
    with pytest.raises(ValueError, match="a proxy is given as"):
        connect(double, proxy=url)
