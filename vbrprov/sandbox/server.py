"""The sandbox process: all doubles, the states of sandbox runs, a small control server.

Run as: python -m vbrprov.sandbox.server FOLDER NAME=PACKAGE...
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import secrets
import shutil
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from vbrprov.platform_.files import atomic_write, secure_dir
from vbrprov.sandbox.client import IDLE, INFO
from vbrprov.sdk.double import SandboxDouble

IDLE_SECONDS = 3600.0


class Sandbox:
    """The doubles and what belongs to them."""

    def __init__(self, base: Path, packages: dict[str, str]) -> None:
        self.base = base
        self.directory = Path(tempfile.mkdtemp(prefix="run-", dir=base))
        self.token = secrets.token_urlsafe(16)
        self.last = time.monotonic()
        self.ended = threading.Event()
        self.doubles: dict[str, SandboxDouble] = {}
        for name, package in packages.items():
            self.doubles[name] = importlib.import_module(f"{package}.sandbox").double(self.doubles)

    def start(self) -> None:
        """Start every double and write the note that others find us by."""
        for double in self.doubles.values():
            double.start()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        host, port = self._server.server_address[:2]
        note = {
            "pid": os.getpid(), "control": f"{host!s}:{port}", "token": self.token,
            "directory": str(self.directory),
            "endpoints": {name: dict(d.endpoints()) for name, d in self.doubles.items()},
        }
        atomic_write(self.base / INFO, json.dumps(note).encode(), mode=0o600)

    def reset(self) -> None:
        """Forget objects and states together."""
        for double in self.doubles.values():
            double.reset()
        shutil.rmtree(self.directory, ignore_errors=True)
        secure_dir(self.directory)

    def wait(self, idle_seconds: float) -> None:
        """Until asked to stop, or nobody asked for anything for a while."""
        while not self.ended.wait(0.5):
            if time.monotonic() - self.last > idle_seconds:
                return

    def close(self) -> None:
        """Stop everything; state and objects go together."""
        with contextlib.suppress(OSError):
            (self.base / INFO).unlink()
        shutil.rmtree(self.directory, ignore_errors=True)
        self._server.shutdown()
        for double in self.doubles.values():
            double.stop()


def _handler(sandbox: Sandbox) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self, status: int, data: dict[str, Any]) -> None:
            body = json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _wanted(self) -> str:
            head, _, what = self.path.lstrip("/").partition("/")
            # The token keeps other users of this machine out.
            return what if secrets.compare_digest(head, sandbox.token) else ""

        def do_GET(self) -> None:
            """``status``."""
            sandbox.last = time.monotonic()
            if self._wanted() == "status":
                self._answer(200, {"pid": os.getpid()})
            else:
                self._answer(404, {})

        def do_POST(self) -> None:
            """``stop`` and ``reset``."""
            what = self._wanted()
            if what == "reset":
                sandbox.reset()
                self._answer(200, {})
            elif what == "stop":
                self._answer(200, {})
                sandbox.ended.set()
            else:
                self._answer(404, {})

        def log_message(self, *args: Any) -> None:
            """Print nothing."""

    return Handler


def main(arguments: list[str]) -> None:
    """Run until stopped."""
    base = Path(arguments[0])
    packages = dict(item.split("=", 1) for item in arguments[1:])
    for old in base.glob("run-*"):
        # States of a sandbox that was killed: their clouds are gone, so are they.
        shutil.rmtree(old, ignore_errors=True)
    sandbox = Sandbox(base, packages)
    try:
        sandbox.start()
        sandbox.wait(float(os.environ.get(IDLE, IDLE_SECONDS)))
    finally:
        sandbox.close()


if __name__ == "__main__":
    main(sys.argv[1:])
