"""Doubles in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from launcher import CHECKOUT

_ENVIRONMENT = {"PYTHONPATH": f"{CHECKOUT}:{CHECKOUT / 'providers'}", "PATH": "/usr/bin:/bin"}


@contextmanager
def running(module: str, *args: str) -> Iterator[Any]:
    """Run a double's module until the end of the block; what it says of itself."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *args], cwd=CHECKOUT, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True, env=_ENVIRONMENT)
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        yield json.loads(process.stdout.readline())
    process.wait(10)
