"""The commands' side of the sandbox."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vbrprov.platform_.dirs import user_cache_dir, user_runtime_dir, user_temp_dir
from vbrprov.platform_.files import secure_dir
from vbrprov.platform_.lock import FileLock
from vbrprov.platform_.process import process_alive

START_SECONDS = 60.0
DIRECTORY = "VBRPROV_SANDBOX_DIR"
IDLE = "VBRPROV_SANDBOX_IDLE_SECONDS"
INFO = "sandbox.json"


class SandboxError(Exception):
    """The sandbox cannot be started or reached; the text says what to do."""


@dataclass(frozen=True, slots=True)
class SandboxInfo:
    """A running sandbox."""

    pid: int
    control: str
    token: str
    directory: str
    endpoints: Mapping[str, Mapping[str, Any]]

    def state_dir(self, configuration: str) -> Path:
        """The folder for the state of one configuration; it lives and dies with the sandbox."""
        name = hashlib.sha256(os.path.abspath(configuration).encode()).hexdigest()[:16]
        return secure_dir(Path(self.directory) / name)


def base_dir() -> Path:
    """Where sandboxes of this user are noted."""
    given = os.environ.get(DIRECTORY)
    if given:
        return secure_dir(Path(given))
    for found in (user_runtime_dir(), user_cache_dir()):
        if found is not None:
            try:
                found.mkdir(parents=True, exist_ok=True)
                return secure_dir(found / "sandbox")
            except OSError:
                continue
    return secure_dir(user_temp_dir() / "sandbox")


def running() -> SandboxInfo | None:
    """The sandbox that runs, if any; asking keeps it awake."""
    try:
        data = json.loads((base_dir() / INFO).read_text(encoding="utf-8"))
        info = SandboxInfo(**data)
    except (OSError, ValueError, TypeError):
        return None
    if not process_alive(info.pid):
        return None
    try:
        return info if _call(info, "GET", "status")["pid"] == info.pid else None
    except (OSError, ValueError, KeyError, http.client.HTTPException):
        return None


def ensure_running(packages: Mapping[str, str] | None = None) -> SandboxInfo:
    """The running sandbox, started when there is none.

    Raises:
        SandboxError: It does not come up.
    """
    found = running()
    if found is not None:
        return found
    base = base_dir()
    with FileLock(base / "start.lock", "sandbox start", timeout=START_SECONDS):
        return running() or _start(base, packages)


def _start(base: Path, packages: Mapping[str, str] | None) -> SandboxInfo:
    log = base / "sandbox.log"
    command = [sys.executable, "-m", "vbrprov.sandbox.server", str(base)]
    command += [f"{name}={package}" for name, package in (packages or DEFAULT_PACKAGES).items()]
    # What the sandbox does must not depend on where it happened to be started.
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    with log.open("wb") as handle:
        process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
            command, stdin=subprocess.DEVNULL, stdout=handle, stderr=handle, env=environ,
            start_new_session=True, cwd=base)
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        found = running()
        if found is not None:
            # It outlives this command on purpose: nobody is going to wait for it.
            process.returncode = 0
            return found
        if process.poll() is not None:
            break
        time.sleep(0.05)
    detail = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise SandboxError(
        (detail[-1] if detail else "It gave no reason.") + " The sandbox needs extra packages; "
        "install them with: pip install 'vbrprov[sandbox]'. Its log is " + f"{log}.")


#: Packages whose doubles make the sandbox; a double finds those before it as its peers.
DEFAULT_PACKAGES = {
    "aws": "vbrprov_aws", "s3": "vbrprov_s3", "ibm": "vbrprov_ibm", "azurerm": "vbrprov_azure",
    "google": "vbrprov_google", "veeam": "vbrprov_veeam",
}


def _call(info: SandboxInfo, method: str, what: str) -> dict[str, Any]:
    host, _, port = info.control.rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    try:
        connection.request(method, f"/{info.token}/{what}")
        answer = connection.getresponse()
        data: dict[str, Any] = json.loads(answer.read())
        return data
    finally:
        connection.close()


def stop() -> bool:
    """Stop the sandbox and forget its state; whether one was running."""
    info = running()
    if info is None:
        return False
    _call(info, "POST", "stop")
    limit = time.monotonic() + 15
    while process_alive(info.pid) and running() is not None and time.monotonic() < limit:
        time.sleep(0.05)
    return True


def reset() -> bool:
    """Forget all objects and state; whether one was running."""
    info = running()
    if info is None:
        return False
    _call(info, "POST", "reset")
    return True
