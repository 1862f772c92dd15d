"""A sandbox that belongs to one test run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vbrprov.sandbox import ensure_running, reset, stop
from vbrprov.sandbox.client import DIRECTORY


class PrivateSandbox:
    """Started when the first run needs it; the user's own sandbox is never touched.

    Args:
        folder: Where it is noted and keeps its files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._former: str | None = None
        self._endpoints: Mapping[str, Mapping[str, Any]] | None = None

    def endpoints(self) -> Mapping[str, Mapping[str, Any]]:
        """Where the doubles are.

        Raises:
            SandboxError: It does not come up.
        """
        if self._endpoints is None:
            self._former = os.environ.get(DIRECTORY)
            os.environ[DIRECTORY] = str(self._folder)
            try:
                self._endpoints = ensure_running().endpoints
            finally:
                if self._endpoints is None:
                    self._restore()
        return self._endpoints

    def reset(self) -> None:
        """Forget all objects: the next file begins with an empty cloud."""
        if self._endpoints is not None:
            reset()

    def close(self) -> None:
        """Stop it."""
        if self._endpoints is not None:
            stop()
            self._restore()

    def _restore(self) -> None:
        if self._former is None:
            os.environ.pop(DIRECTORY, None)
        else:
            os.environ[DIRECTORY] = self._former
