"""The provider block: what it accepts, how it fails, and that nothing happens before it must."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderContext, ProviderError
from vbrprov_veeam import PROVIDER
from vbrprov_veeam.provider import base_url

SECRET = "c4nary-S3cret"
FACTS = ("SERVER", "USERNAME", "PASSWORD", "FINGERPRINT", "PROXY")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in FACTS:
        monkeypatch.delenv(f"VBRPROV_VEEAM_{name}", raising=False)


def _configured(context: ProviderContext | None = None, **fields: Any) -> Any:
    config = PROVIDER.config()
    return config.configure(config.model(**fields), context or ProviderContext())


def _login(double: Any, **fields: Any) -> dict[str, Any]:
    return {"server": double.url, "username": double.username, "password": double.password,
            "fingerprint": double.fingerprint, **fields}


def test_import_of_the_package_is_light() -> None:
    code = ("import sys, vbrprov_veeam; "
            "sys.exit(any(m in sys.modules for m in ('urllib3', 'ssl', 'vbrprov_veeam.provider')))")
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(("server", "url"), [
    ("vbr.example", "https://vbr.example:9419"),
    ("vbr.example:443", "https://vbr.example:443"),
    ("https://vbr.example", "https://vbr.example:9419"),
    ("https://vbr.example:444/", "https://vbr.example:444"),
    ("10.0.0.1", "https://10.0.0.1:9419"),
    ("2001:db8::1", "https://[2001:db8::1]:9419"),
    ("[2001:db8::1]:443", "https://[2001:db8::1]:443"),
])
def test_server_as_host_port_or_url(server: str, url: str) -> None:
    assert base_url(server, 9419) == url


@pytest.mark.parametrize("server", [
    "http://vbr.example", "https://vbr.example/api", "https://u@vbr.example", "vbr:none", "https://",
])
def test_server_that_cannot_be_right(server: str) -> None:
    with pytest.raises(ProviderError) as caught:
        _configured(server=server, username="u", password="p")
    assert caught.value.attribute == "server"


@pytest.mark.parametrize("name", ["server", "username", "password"])
def test_missing_argument_names_the_variable(name: str) -> None:
    fields = {"server": "s", "username": "u", "password": "p", name: None}
    with pytest.raises(ProviderError) as caught:
        _configured(**fields)
    assert caught.value.attribute == name
    assert f"VBRPROV_VEEAM_{name.upper()}" in caught.value.hint


def test_environment_fills_in(double: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in _login(double).items():
        monkeypatch.setenv(f"VBRPROV_VEEAM_{name.upper()}", value)
    server = _configured()
    assert server.backup_server()["name"] == "vbr-double.local"
    PROVIDER.config().close(server)


def test_nothing_is_sent_before_the_first_call_and_the_login_ends(double: Any) -> None:
    secrets: list[str] = []
    server = _configured(ProviderContext(secret=secrets.append), **_login(double))
    assert secrets == [double.password]
    assert double.stats().get("login", 0) == 0
    server.backup_server()
    assert double.stats()["login"] == 1
    PROVIDER.config().close(server)
    assert double.stats()["logout"] == 1
    PROVIDER.config().close(_configured(**_login(double)))
    assert double.stats()["login"] == 1


def test_sandbox_leads_elsewhere(double: Any, connect: Callable[..., Any]) -> None:
    server = connect(double, server="vbr.invalid", username="nobody", password="x")
    assert server.backup_server()["name"] == "vbr-double.local"
    assert server.revision == "1.3-rev1"
    PROVIDER.config().close(server)


def test_wrong_password_is_denied_and_not_shown(double: Any) -> None:
    server = _configured(**_login(double, password=SECRET))
    with pytest.raises(ProviderError) as caught:
        server.backup_server()
    assert caught.value.kind is ErrorClass.DENIED
    assert "username and password" in caught.value.hint
    assert server.label in caught.value.detail
    assert SECRET not in f"{caught.value!r} {caught.value.detail} {server!r}"
    PROVIDER.config().close(server)


def test_wrong_fingerprint_shows_the_presented_one(double: Any) -> None:
    server = _configured(**_login(double, fingerprint="ab" * 32))
    with pytest.raises(ProviderError) as caught:
        server.backup_server()
    shown = caught.value.detail.replace(":", "").lower()
    assert double.fingerprint.replace(":", "").lower() in shown
    assert "fingerprint" in caught.value.hint
    PROVIDER.config().close(server)


def test_server_that_does_not_listen(double: Any) -> None:
    server = _configured(**_login(double, server="127.0.0.1:1"))
    with pytest.raises(ProviderError) as caught:
        server.backup_server()
    assert caught.value.kind is ErrorClass.UNREACHABLE
    assert "127.0.0.1:1" in caught.value.detail
    assert "Veeam Backup REST Service" in caught.value.hint


@pytest.mark.parametrize("fields", [{"revision": "9.9"}, {"fingerprint": "12"}])
def test_argument_that_cannot_be_right(fields: dict[str, Any]) -> None:
    with pytest.raises(ProviderError) as caught:
        _configured(server="s", username="u", password="p", **fields)
    assert caught.value.kind is ErrorClass.INVALID


def test_denied_read_is_not_gone(engine: Any, double: Any) -> None:
    state = engine.apply("credentials", engine.type("credentials").model(
        username="u", password="p"))
    double.fault("status", method="GET", path="/credentials/", status=403, times=-1,
                 message="no right", error_code="AccessDenied")
    with pytest.raises(ProviderError, match="no right") as caught:
        engine.read("credentials", state)
    assert caught.value.kind is ErrorClass.DENIED


def test_every_type_is_found_by_its_file_name() -> None:
    for kind in ("resources", "data_sources"):
        for name in PROVIDER.names(kind):
            module = PROVIDER.load(kind, name)
            types = [v for v in vars(module).values() if isinstance(v, type)
                     and v.__module__ == module.__name__ and hasattr(v, "type_name")]
            assert [t.type_name for t in types] == [f"veeam_{name}"]
            assert types[0].doc
            assert types[0].source.startswith("https://")
            for spec in types[0].model.schema().attributes.values():
                assert spec.doc.endswith("."), (name, spec.name)


def test_the_password_of_a_proxy_is_a_secret(double: Any) -> None:
    secrets: list[str] = []
    server = _configured(ProviderContext(secret=secrets.append),
                         **_login(double, proxy=f"http://me:{SECRET}@127.0.0.1:9"))
    assert SECRET in secrets
    with pytest.raises(ProviderError, match="through the proxy") as caught:
        server.get("/api/v1/serverInfo")
    assert SECRET not in f"{caught.value} {caught.value.detail} {caught.value.hint}"
    with pytest.raises(ProviderError, match="a proxy is given as") as caught:
        _configured(**_login(double, proxy=f"ftp://me:{SECRET}@127.0.0.1"))
    assert SECRET not in f"{caught.value} {caught.value.detail}"
