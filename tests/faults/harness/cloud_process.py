"""The ledger cloud as a test sees it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any


class CloudProcess:
    """The ledger cloud, and the way to its controls."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", str(Path(__file__).with_name("ledger_cloud.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert self._process.stdout is not None
        self.endpoint = str(json.loads(self._process.stdout.readline())["endpoint"])

    def ask(self, method: str, path: str, data: Any = None) -> Any:
        request = urllib.request.Request(
            f"{self.endpoint}/{path}", method=method,
            data=None if data is None else json.dumps(data).encode())
        with urllib.request.urlopen(request, timeout=90) as answer:
            return json.load(answer)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()
