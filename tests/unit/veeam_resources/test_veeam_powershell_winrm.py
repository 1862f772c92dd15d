"""WinRM over the wire: the library on our side, a small server of the protocol on the other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vbrprov.sdk import ErrorClass, ProviderContext, ProviderError
from vbrprov_veeam import PROVIDER
from vbrprov_veeam.powershell.settings import PowershellBlock

REPOSITORY = "11111111-1111-4111-8111-111111111111"
FAKE = Path(__file__).parents[2] / "harness" / "fake_winrm.py"


@pytest.fixture
def winrm(double: Any, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """Arguments of a block that leads to the server."""
    process = subprocess.Popen(
        [sys.executable, str(FAKE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "FAKE_WINRM_URL": double.url})
    assert process.stdin is not None
    assert process.stdout is not None
    facts = json.loads(process.stdout.readline())
    authorities = tmp_path / "ca.pem"
    authorities.write_text(facts["certificate"], encoding="ascii")
    yield {"host": "127.0.0.1", "port": facts["port"], "ca_file": str(authorities)}
    process.stdin.close()
    process.wait(30)
    process.stdout.close()


def _engine(engine: Any, double: Any, **fields: Any) -> Any:
    double.seed("repositories", {"id": REPOSITORY, "name": "s3", "type": "S3Compatible"})
    block = PowershellBlock.from_values({}).copy(**{
        "transport": "winrm", "auth": "basic", "user": "backup", "password": "c4nary-S3cret",
        **fields})
    config = PROVIDER.config()
    secrets: list[str] = []
    server = config.configure(config.model(
        server=double.url, username=double.username, password=double.password,
        fingerprint=double.fingerprint, powershell=block), ProviderContext(secret=secrets.append))
    assert fields.get("password", "c4nary-S3cret") in secrets
    return type(engine)(server)


def test_there_and_back(engine: Any, double: Any, winrm: dict[str, Any]) -> None:
    own = _engine(engine, double, **winrm)
    nasty = "it's \u00e4 $(x) _x0041_ <&>\n'@"
    config = own.type("s3_agent_access").model(
        repository_id=REPOSITORY, mode="iam_sts", iam_endpoint=nasty, sts_endpoint="s" * 200_000)
    state = own.apply("s3_agent_access", config)
    assert own.read("s3_agent_access", state) == state
    [stored] = double.objects("psRepositorySettings")
    assert stored["sts"] == "s" * 200_000
    double.edit("psRepositorySettings", REPOSITORY, {"policy": "AllowAll"})
    assert own.read("s3_agent_access", state).mode == "shared_credentials"


def test_wrong_password(engine: Any, double: Any, winrm: dict[str, Any]) -> None:
    own = _engine(engine, double, **winrm, password="another")
    with pytest.raises(ProviderError, match="AuthenticationError") as caught:
        own.apply("s3_agent_access", own.type("s3_agent_access").model(
            repository_id=REPOSITORY, mode="backup_server"))
    assert "another" not in str(caught.value)


def test_a_certificate_of_nobody_is_refused(
    engine: Any, double: Any, winrm: dict[str, Any],
) -> None:
    own = _engine(engine, double, **{**winrm, "ca_file": None})
    with pytest.raises(ProviderError, match="CERTIFICATE_VERIFY_FAILED") as caught:
        own.apply("s3_agent_access", own.type("s3_agent_access").model(
            repository_id=REPOSITORY, mode="backup_server"))
    assert caught.value.kind is ErrorClass.LOST
    assert double.objects("psRepositorySettings") == []
