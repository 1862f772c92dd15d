"""A server that enforces policies: ministack, in a process and an environment of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

CHECKOUT = Path(__file__).parents[3]
ROOT_KEY, ROOT_SECRET = "ROOTKEY", "rootsecret"
VERSION = "1.5.33"


def program() -> str | None:
    """The installed ministack: it pins its own botocore, so it has a virtual environment."""
    named = os.environ.get("VBRPROV_MINISTACK")
    own = CHECKOUT / ".venv-ministack" / "bin" / "ministack"
    return named or (str(own) if own.exists() else shutil.which("ministack"))


class Enforcer:
    """One server that enforces IAM, and clients for it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def client(self, service: str, key: str = ROOT_KEY, secret: str = ROOT_SECRET) -> Any:
        import boto3
        from botocore.config import Config

        return boto3.client(
            service, endpoint_url=self.url, region_name="us-east-1", aws_access_key_id=key,
            aws_secret_access_key=secret, config=Config(
                retries={"max_attempts": 0, "mode": "standard"}, s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required"))


@pytest.fixture(scope="session")
def enforcer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Enforcer]:
    found = program()
    if found is None:
        pytest.skip(f"ministack is not installed: python3 -m venv .venv-ministack && "
                    f".venv-ministack/bin/pip install ministack=={VERSION}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("ministack")
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder), "AUTH": "true",
        "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "IOT_MTLS_ENABLED": "0",
        "AWS_ACCESS_KEY_ID": ROOT_KEY, "AWS_SECRET_ACCESS_KEY": ROOT_SECRET,
    }
    url = f"http://127.0.0.1:{port}"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([found], env=environ, cwd=folder, stdout=log, stderr=log)
        try:
            _wait(f"{url}/_ministack/health", process)
            yield Enforcer(url)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            assert process.poll() is None, "ministack ended"
            assert time.monotonic() < until, "ministack does not answer"
            time.sleep(0.1)
        else:
            return
