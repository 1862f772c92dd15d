"""Servers that keep states, each in a process of its own, on loopback."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
Settings = dict[str, str]


class Server:
    """A running server: settings of a fresh place on it, by name, and secrets as variables."""

    def __init__(self, kind: str, place: Callable[[str], Settings],
                 environ: dict[str, str] | None = None) -> None:
        self.kind = kind
        self.place = place
        self.environ = environ or {}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(ready: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        if ready():
            return
        assert process.poll() is None, "the server ended"
        time.sleep(0.05)
    raise AssertionError("the server does not answer")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@contextmanager
def http(*options: str) -> Iterator[Server]:
    """Terraform's protocol."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", str(HERE / "http_state_server.py"), *options],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    port = int(process.stdout.readline())

    def place(name: str) -> Settings:
        url = f"http://127.0.0.1:{port}/{name}"
        return {"address": url, "lock_address": url}

    try:
        yield Server("http", place)
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


@contextmanager
def s3() -> Iterator[Server]:
    """Moto."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(lambda: _answers(f"{url}/moto-api/"), process)
        request = urllib.request.Request(f"{url}/states", method="PUT", headers={
            "Authorization": "AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/s3/aws4_request, "
            "SignedHeaders=host, Signature=0"})
        urllib.request.urlopen(request, timeout=30).close()

        def place(name: str) -> Settings:
            return {"bucket": "states", "key": name, "region": "us-east-1", "endpoint": url,
                    "access_key": "AKIAIOSFODNN7EXAMPLE", "secret_key": "made-up-secret",
                    "use_path_style": "true"}

        yield Server("s3", place, {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
                                   "AWS_SECRET_ACCESS_KEY": "made-up-secret"})
    finally:
        process.kill()
        process.wait(30)


def postgres_bin() -> Path | None:
    """The folder of the newest PostgreSQL server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"),
                   key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    program = shutil.which("initdb")
    return Path(program).parent if program else None


@contextmanager
def pg() -> Iterator[Server]:
    """PostgreSQL, under an account that it accepts (it refuses root)."""
    programs = postgres_bin()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    port = free_port()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder,
             "user": user}
    process: subprocess.Popen[bytes] | None = None
    try:
        subprocess.run([programs / "initdb", "-D", folder / "data", "-U", "state", "-A", "trust",
                        "-N", "--no-locale", "-E", "UTF8"], check=True, **quiet)
        process = subprocess.Popen([programs / "postgres", "-D", folder / "data", "-k", folder,
                                    "-h", "127.0.0.1", "-p", str(port), "-F"], **quiet)
        url = f"postgres://state:made-up-secret@127.0.0.1:{port}/postgres"
        _await(lambda: _connects(url), process)
        yield Server("pg", lambda name: {"conn_str": url, "schema_name": f"s_{name}"})
    finally:
        if process is not None:
            # Fast: without waiting for those who are connected.
            process.send_signal(signal.SIGINT)
            process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _connects(url: str) -> bool:
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def gcs() -> Iterator[Server]:
    """The double of Google."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "vbrprov_google.doubles", "--until-eof"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert process.stdin is not None
    assert process.stdout is not None
    at = json.loads(process.stdout.readline())
    try:
        request = urllib.request.Request(
            f"{at['endpoint']}/storage/v1/b?project={at['project']}", method="POST",
            data=json.dumps({"name": "made-up-states", "location": "EU"}).encode(),
            headers={"Authorization": f"Bearer {at['access_token']}",
                     "Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=30).close()

        def place(name: str) -> Settings:
            return {"bucket": "made-up-states", "prefix": name,
                    "access_token": at["access_token"], "storage_custom_endpoint": at["endpoint"]}

        yield Server("gcs", place, {"GOOGLE_OAUTH_ACCESS_TOKEN": at["access_token"]})
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def azurite() -> str | None:
    """The program, where VBRPROV_AZURITE or PATH has it."""
    return os.environ.get("VBRPROV_AZURITE") or shutil.which("azurite-blob")


@contextmanager
def azurerm() -> Iterator[Server]:
    """azurite, with its well-known account."""
    program = azurite()
    assert program is not None
    port = free_port()
    url = f"http://127.0.0.1:{port}/devstoreaccount1"
    key = ("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/"
           "K1SZFPTOtr/KBHBeksoGMGw==")
    with tempfile.TemporaryDirectory(prefix="azurite-") as folder:
        process = subprocess.Popen(
            [program, "--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", folder,
             "--skipApiVersionCheck", "--silent", "--disableTelemetry"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            _await(lambda: _answers(url), process)
            from azure.storage.blob import ContainerClient

            with ContainerClient(url, "states", credential={
                    "account_name": "devstoreaccount1", "account_key": key}) as container:
                container.create_container()

            def place(name: str) -> Settings:
                return {"storage_account_name": "devstoreaccount1", "container_name": "states",
                        "key": name, "access_key": key, "blob_endpoint": url}

            yield Server("azurerm", place, {"ARM_ACCESS_KEY": key})
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)


def why_not(kind: str) -> str:
    """Why there is no server of a kind here; else empty."""
    if kind == "pg":
        if find_spec("psycopg") is None:
            return "the extra pg is not installed"
        return "" if postgres_bin() else "there is no PostgreSQL server on this machine"
    if kind == "azurerm":
        if find_spec("azure.storage.blob") is None:
            return "the extra azblob is not installed"
        return "" if azurite() else "there is no azurite (npm install azurite) on this machine"
    return ""


#: Every kind of store that there is a server for.
KINDS = ("http", "s3", "pg", "gcs", "azurerm")
